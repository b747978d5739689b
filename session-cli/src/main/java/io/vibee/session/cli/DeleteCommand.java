package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoredTexts;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.process.UsageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@CommandLine.Command(
    name = "delete",
    description = {
      "Deletes sessions for good; their activity log stays.",
      "",
      "To keep their values, use deactivate. Asks once before it deletes; without a terminal, --yes"
          + " is needed. All are found before the first is deleted.",
    },
    footer = {
      "  vibee-session delete 100200300",
      "  vibee-session delete --session sess_demo0001 --yes",
    })
final class DeleteCommand extends DatabaseCommand {
  @Mixin private final SessionArguments sessions = new SessionArguments();

  @Option(names = "--yes", description = "do not ask")
  private boolean yes;

  DeleteCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    if (!yes && !context().terminal().isInteractive()) {
      throw new UsageException("nothing was deleted: there is nobody to ask, so add --yes");
    }
    return withStore(this::delete);
  }

  private int delete(ManagedSessionStore store) {
    List<SessionSummary> found = sessions.find(store, context().err());
    if (!yes) {
      if (!confirmed(found)) throw new UsageException("nothing was deleted");
      found.forEach(session -> refuseAnother(store, session));
    }
    new EachSession(this, sessions.several()).run(found, session -> delete(store, session));
    return 0;
  }

  private static EachSession.Done delete(ManagedSessionStore store, SessionSummary session) {
    boolean deleted = store.delete(session.sessionId());
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("user_id", session.userId());
    document.put("session_id", session.sessionId());
    document.put("deleted", deleted);
    return new EachSession.Done(
        document, name(session) + (deleted ? " is deleted" : " is not there any more"));
  }

  private static String name(SessionSummary session) {
    return "session " + session.sessionId() + " of user " + session.userId();
  }

  /** An answer may take hours, in which the id can become another user's. */
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

  /** Asks once for all of them. */
  private boolean confirmed(List<SessionSummary> found) {
    if (found.size() > 1) found.forEach(session -> note(name(session)));
    String what = found.size() == 1 ? name(found.get(0)) : "these " + found.size() + " sessions";
    @Nullable String answer =
        context()
            .terminal()
            .ask(StoredTexts.printableLine("Delete " + what + " for good? Type yes: "));
    return answer != null && answer.strip().equalsIgnoreCase("yes");
  }
}
