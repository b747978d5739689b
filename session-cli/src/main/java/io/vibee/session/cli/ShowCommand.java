package io.vibee.session.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoredTexts;
import io.vibee.session.cli.json.Json;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.json.SessionJson;
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
    ObjectNode values = SessionJson.write(found);
    if (json()) {
      out().println(Json.pretty(values));
    } else {
      values
          .properties()
          .forEach(value -> out().printf("%-20s  %s%n", value.getKey(), text(value.getValue())));
    }
    return 0;
  }

  private static String text(JsonNode value) {
    if (value.isNull()) return "-";
    return StoredTexts.printableLine(value.isArray() ? Json.line(value) : value.asText());
  }
}
