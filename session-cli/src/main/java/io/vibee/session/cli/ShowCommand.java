package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionSummary;
import io.vibee.session.cli.json.Json;
import io.vibee.session.cli.json.SessionJson;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Printable;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

@CommandLine.Command(
    name = "show",
    description = {
      "Shows one session: all of it but the api_hash, which no command prints.",
    },
    footer = {
      "  vibee-session show @demo_user",
      "  vibee-session show 100200300",
      "  vibee-session show --session sess_demo0001 --json",
    })
final class ShowCommand extends DatabaseCommand {
  @Mixin private final SessionArguments.One session = new SessionArguments.One();

  ShowCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    return withStore(this::show);
  }

  private int show(ManagedSessionStore store) {
    SessionSummary found = session.find(store, context().err());
    Map<String, @Nullable Object> values = SessionJson.of(found);
    if (json()) {
      out().println(Json.pretty(values));
    } else {
      values.forEach((name, value) -> out().printf("%-20s  %s%n", name, text(value)));
    }
    return 0;
  }

  private static String text(@Nullable Object value) {
    if (value == null) return "-";
    return Printable.line(value instanceof Iterable ? Json.line(value) : value.toString());
  }
}
