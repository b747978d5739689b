package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

@CommandLine.Command(
    name = "list",
    description = {
      "Lists the sessions in the order in which they were added.",
      "",
      "All of them, unless an option says which. The table masks phones; show and --json do not."
          + " Sessions whose hash cannot be read are listed too: see doctor.",
    },
    footer = {
      "  vibee-session list --active",
      "  vibee-session list --json | jq -r '.sessions[] | select(.is_authorized | not) | .user_id'",
    })
final class ListCommand extends DatabaseCommand {
  @ArgGroup private final Which which = new Which();

  /** One of them at most. */
  static final class Which {
    @Option(names = "--active", description = "only those that agents load")
    private boolean active;

    @Option(names = "--inactive", description = "only those that agents do not load")
    private boolean inactive;

    SessionQuery query() {
      if (active) return SessionQuery.active(SessionQuery.MAXIMUM);
      return inactive
          ? SessionQuery.inactive(SessionQuery.MAXIMUM)
          : SessionQuery.all(SessionQuery.MAXIMUM);
    }
  }

  ListCommand(Surroundings here) {
    super(here);
  }

  @Override
  public Integer call() {
    return withStore(store -> json() ? document(store) : table(store));
  }

  private int document(ManagedSessionStore store) {
    List<Map<String, ?>> sessions = new ArrayList<>();
    forEach(store, session -> sessions.add(SessionJson.of(session)));
    out().println(Json.pretty(Map.of("sessions", sessions)));
    return 0;
  }

  private int table(ManagedSessionStore store) {
    TextTable table =
        new TextTable(
            "USER_ID", "SESSION_ID", "API_ID", "PHONE", "ACTIVE", "AUTHORIZED", "LAST SEEN");
    int[] count = {0};
    forEach(
        store,
        session -> {
          count[0]++;
          table.add(
              session.userId(),
              session.sessionId(),
              Integer.toString(session.apiId()),
              Phones.masked(session.phone()),
              YesNo.of(session.active()),
              YesNo.of(session.authorized()),
              Times.seconds(session.lastSeenAt()));
        });
    if (count[0] > 0) table.print(out(), here().terminal().columns());
    note(Count.of(count[0], "session"));
    return 0;
  }

  private void forEach(ManagedSessionStore store, Consumer<SessionSummary> consumer) {
    SessionQuery query = which.query();
    List<SessionSummary> page;
    do {
      page = store.list(query);
      page.forEach(consumer);
      if (!page.isEmpty()) query = query.after(page.get(page.size() - 1).id());
    } while (!page.isEmpty());
  }
}
