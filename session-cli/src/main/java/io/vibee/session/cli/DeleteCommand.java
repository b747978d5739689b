package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionSummary;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@CommandLine.Command(
    name = "delete",
    description = {
      "Deletes a session for good; its activity log stays.",
      "",
      "To keep its values, use deactivate. Asks before it deletes; without a terminal, --yes is"
          + " needed.",
    },
    footer = {
      "  vibee-session delete 100200300",
      "  vibee-session delete --session sess_demo0001 --yes",
    })
final class DeleteCommand extends DatabaseCommand {
  @Mixin private final SessionArgument session = new SessionArgument();

  @Option(names = "--yes", description = "do not ask")
  private boolean yes;

  DeleteCommand(Surroundings here) {
    super(here);
  }

  @Override
  public Integer call() {
    if (!yes && !here().terminal().isInteractive()) {
      throw new UsageException("nothing was deleted: there is nobody to ask, so add --yes");
    }
    return withStore(this::delete);
  }

  private int delete(ManagedSessionStore store) {
    SessionSummary found = session.find(store);
    String name = "session " + found.sessionId() + " of user " + found.userId();
    if (!yes) {
      if (!confirmed(name)) throw new UsageException("nothing was deleted");
      refuseAnother(store, found);
    }
    boolean deleted = store.delete(found.sessionId());
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("user_id", found.userId());
    document.put("session_id", found.sessionId());
    document.put("deleted", deleted);
    print(document, name + (deleted ? " is deleted" : " is not there any more"));
    return 0;
  }

  /** An answer may take hours, in which the id can become that of another user's session. */
  private static void refuseAnother(ManagedSessionStore store, SessionSummary found) {
    boolean another =
        store
            .summaryOfSession(found.sessionId())
            .filter(now -> now.id() != found.id() || !now.userId().equals(found.userId()))
            .isPresent();
    if (another) {
      throw new UsageException(
          "nothing was deleted: while you were asked, the session_id became that of another"
              + " session; list shows what is stored now");
    }
  }

  private boolean confirmed(String name) {
    @Nullable String answer =
        here().terminal().ask(Printable.line("Delete " + name + " for good? Type yes: "));
    return answer != null && answer.strip().equalsIgnoreCase("yes");
  }
}
