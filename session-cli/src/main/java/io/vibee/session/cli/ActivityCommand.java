package io.vibee.session.cli;

import io.vibee.session.Activity;
import io.vibee.session.ActivityQuery;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.cli.json.Documents;
import io.vibee.session.cli.json.Json;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Format;
import io.vibee.session.cli.terminal.TextTable;
import io.vibee.session.process.UsageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "activity",
    description = {
      "Shows the activity log, newest first.",
      "",
      "The log outlives a session, so SESSION_ID may be one that was deleted. The session id * has"
          + " what concerns all sessions, such as key changes.",
    },
    footer = {
      "  vibee-session activity --limit 20",
      "  vibee-session activity sess_demo0001 --json",
      "  vibee-session activity '*'",
      "  vibee-session activity --type error --type logout",
    })
final class ActivityCommand extends DatabaseCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "SESSION_ID",
      description = "only entries of this session; all if it is left out")
  private @Nullable String sessionId;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "only entries of this type, such as error; may be repeated")
  private List<String> types = List.of();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "at most this many entries, 1 to 1000; 50 by default")
  private int limit = 50;

  @Option(
      names = "--before",
      paramLabel = "ENTRY",
      description = "only entries older than this one, for paging; --json gives it as next")
  private @Nullable Long before;

  ActivityCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    if (limit < 1 || limit > ActivityQuery.MAXIMUM) {
      throw new UsageException("--limit must be 1 to " + ActivityQuery.MAXIMUM);
    }
    return withStore(store -> show(store, query(limit)));
  }

  private ActivityQuery query(int most) {
    ActivityQuery query = ActivityQuery.latest(most);
    if (sessionId != null) query = query.ofSession(sessionId);
    return before == null ? query : query.before(before);
  }

  /** The store does not select by type: reads pages until there are enough entries, or no more. */
  private List<Activity> ofTypes(ManagedSessionStore store) {
    List<Activity> entries = new ArrayList<>();
    ActivityQuery query = query(ActivityQuery.MAXIMUM);
    List<Activity> page = store.activity(query);
    while (!page.isEmpty() && entries.size() < limit) {
      page.stream()
          .filter(entry -> types.contains(entry.type()))
          .limit(limit - entries.size())
          .forEach(entries::add);
      query = query.before(page.get(page.size() - 1).id());
      if (entries.size() < limit) page = store.activity(query);
    }
    return entries;
  }

  private int show(ManagedSessionStore store, ActivityQuery query) {
    List<Activity> entries = types.isEmpty() ? store.activity(query) : ofTypes(store);
    if (json()) {
      Map<String, @Nullable Object> document = new LinkedHashMap<>();
      document.put("activity", entries.stream().map(Documents::of).toList());
      boolean more = entries.size() == limit;
      document.put("next", more ? entries.get(entries.size() - 1).id() : null);
      out().println(Json.pretty(document));
      return 0;
    }
    TextTable table = new TextTable("ENTRY", "TIME", "SESSION_ID", "USER_ID", "TYPE", "DETAILS");
    for (Activity entry : entries) {
      table.add(
          Long.toString(entry.id()),
          Format.time(entry.createdAt()),
          entry.sessionId(),
          Objects.requireNonNullElse(entry.userId(), "-"),
          entry.type(),
          entry.details().isEmpty() ? "-" : Json.line(entry.details()));
    }
    if (!entries.isEmpty()) table.print(out(), context().terminal().columns());
    note(entries.size() == 1 ? "1 entry" : entries.size() + " entries");
    return 0;
  }
}
