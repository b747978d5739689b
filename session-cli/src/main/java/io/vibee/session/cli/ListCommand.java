package io.vibee.session.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionSummary;
import io.vibee.session.UnreadableSession;
import io.vibee.session.cli.json.Documents;
import io.vibee.session.cli.json.Json;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Format;
import io.vibee.session.cli.terminal.TextTable;
import io.vibee.session.json.SessionJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@CommandLine.Command(
    name = "list",
    description = {
      "Lists the sessions in the order in which they were added.",
      "",
      "All of them, unless options narrow them down; each that is listed meets all options. The"
          + " table masks phones; show and --json do not. Sessions whose hash cannot be read are"
          + " listed too.",
    },
    footer = {
      "  vibee-session list --active --search demo",
      "  vibee-session list --stale 15m",
      "  vibee-session list --unreadable",
      "  vibee-session list --json | jq -r '.sessions[] | select(.is_authorized | not) | .user_id'",
    })
final class ListCommand extends DatabaseCommand {
  private static final List<String> HEADINGS =
      List.of(
          "USER_ID",
          "SESSION_ID",
          "API_ID",
          "USERNAME",
          "PHONE",
          "ACTIVE",
          "AUTHORIZED",
          "LAST SEEN");

  @ArgGroup private final Which which = new Which();

  @Mixin private final SessionFilter filter = new SessionFilter();

  /** At most one of these. */
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

  ListCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    Predicate<SessionSummary> wanted = filter.predicate();
    return withStore(store -> json() ? document(store, wanted) : table(store, wanted));
  }

  private int document(ManagedSessionStore store, Predicate<SessionSummary> wanted) {
    List<ObjectNode> sessions = new ArrayList<>();
    forEach(
        store,
        wanted,
        (session, unreadable) -> {
          ObjectNode json = SessionJson.write(session);
          if (unreadable != null) json.setAll(Documents.why(unreadable));
          sessions.add(json);
        });
    out().println(Json.pretty(Map.of("sessions", sessions)));
    return 0;
  }

  private int table(ManagedSessionStore store, Predicate<SessionSummary> wanted) {
    List<String> headings = new ArrayList<>(HEADINGS);
    if (filter.tellsReasons()) headings.add("REASON");
    TextTable table = new TextTable(headings.toArray(String[]::new));
    int[] count = {0};
    forEach(
        store,
        wanted,
        (session, unreadable) -> {
          count[0]++;
          List<String> row = new ArrayList<>(row(session));
          if (unreadable != null) row.add(unreadable.reason().text());
          table.add(row.toArray(String[]::new));
        });
    if (count[0] > 0) table.print(out(), context().terminal().columns());
    note(Format.count(count[0], "session"));
    return 0;
  }

  private static List<String> row(SessionSummary session) {
    return List.of(
        session.userId(),
        session.sessionId(),
        Integer.toString(session.apiId()),
        Objects.requireNonNullElse(session.username(), "-"),
        Format.maskedPhone(session.phone()),
        Format.yesNo(session.active()),
        Format.yesNo(session.authorized()),
        Format.time(session.lastSeenAt()));
  }

  /** Passes on each session that is wanted, and why it cannot be read if that is asked for. */
  private void forEach(
      ManagedSessionStore store,
      Predicate<SessionSummary> wanted,
      BiConsumer<SessionSummary, @Nullable UnreadableSession> consumer) {
    Map<SessionFilter.Ids, UnreadableSession> reasons = filter.reasons(store);
    SessionPages.forEach(
        store,
        which.query(),
        session -> {
          UnreadableSession reason = reasons.get(SessionFilter.Ids.of(session));
          if (filter.tellsReasons() && reason == null) return;
          if (wanted.test(session)) consumer.accept(session, reason);
        });
  }
}
