package io.vibee.session.cli;

import io.vibee.session.ApiHashForm;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SaveResult;
import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.Secret;
import io.vibee.session.SessionChangedException;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionEditBuilder;
import io.vibee.session.SessionIncompleteException;
import io.vibee.session.SessionRevision;
import io.vibee.session.SessionSummary;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Format;
import io.vibee.session.cli.terminal.SecretReader;
import io.vibee.session.json.SessionJson;
import io.vibee.session.process.UsageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "add",
    description = {
      "Adds a user's session, or changes the values that are given of the one that is there.",
      "",
      "A new session needs --session-id, --api-id and an api_hash, which is asked for if no option"
          + " says where it is. An existing session keeps what is not given. Prints what happened:"
          + " created, updated or unchanged.",
    },
    footer = {
      "  vibee-session add 100200300 --session-id sess_demo0001 --api-id 94892 --phone +10005550123",
      "  pass show telegram/app | vibee-session add 100200300 --session-id sess_demo0001 \\",
      "      --api-id 94892 --api-hash-stdin",
      "  vibee-session add 100200300 --chat -1001234567890 --chat some_channel --auto-reply false",
      "  vibee-session add 100200300 --phone ''",
    })
final class AddCommand extends DatabaseCommand {
  @Parameters(paramLabel = "USER_ID", description = "the Telegram user's id")
  private String userId = "";

  @Mixin private final SessionOptions values = new SessionOptions();

  @ArgGroup(heading = "%nThe api_hash is never an argument. It is read from one of:%n")
  private final ApiHashOptions apiHash = new ApiHashOptions();

  @Option(names = "--new", description = "add only: refuse if the user has a session already")
  private boolean addOnly;

  AddCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    SecretReader reader = new SecretReader(context());
    SessionEditBuilder edit = checked(() -> values.applyTo(SessionEdit.of(userId)));
    if (addOnly) edit.expecting(SessionRevision.NONE);
    @Nullable Secret given = apiHash.read(reader, settings());
    return withStore(
        store -> {
          @Nullable Secret hash = given == null ? askIfNeeded(store, reader) : given;
          if (hash != null) checked(() -> edit.apiHash(hash));
          SaveResult<SessionSummary> result = edit(store, edit.build());
          if (hash != null && !ApiHashForm.matches(hash)) {
            note("warning: user " + userId + ": " + ApiHashForm.ADVICE);
          }
          return report(result);
        });
  }

  /** Only a new session needs one; with nobody to ask, the store says what is missing. */
  private @Nullable Secret askIfNeeded(ManagedSessionStore store, SecretReader reader) {
    boolean complete = values.suffice();
    return complete && store.summaryOfUser(userId).isEmpty() ? ApiHashOptions.ask(reader) : null;
  }

  private static SaveResult<SessionSummary> edit(ManagedSessionStore store, SessionEdit edit) {
    try {
      return checked(() -> store.edit(edit));
    } catch (SessionIncompleteException e) {
      List<String> missing = e.missing().stream().map(AddCommand::option).toList();
      throw new UsageException(
          "this user has no session yet, and a new one needs "
              + String.join(", ", missing)
              + ": add what is missing, or check USER_ID");
    } catch (SessionChangedException e) {
      throw new UsageException(
          "this user has a session already, and --new adds only: leave it out to change that one");
    }
  }

  private static String option(String name) {
    return name.equals("apiHash")
        ? "an api_hash (such as by --api-hash-file)"
        : "--" + Format.column(name).replace('_', '-');
  }

  private static <T> T checked(Supplier<T> work) {
    try {
      return work.get();
    } catch (IllegalArgumentException e) {
      throw new UsageException(Format.complaint(e));
    }
  }

  private int report(SaveResult<SessionSummary> result) {
    String outcome = result.outcome().name().toLowerCase(Locale.ROOT);
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("outcome", outcome);
    document.put("session", SessionJson.write(result.session()));
    print(
        document,
        outcome
            + " session "
            + result.session().sessionId()
            + " of user "
            + result.session().userId());
    if (!result.session().active()) {
      note("it is inactive, so agents do not load it: run vibee-session activate if they should");
    } else if (result.outcome() != Outcome.UNCHANGED) {
      note("running agents load it when they are started again");
    }
    return 0;
  }
}
