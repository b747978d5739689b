package io.vibee.session.cli;

import io.vibee.session.KeyVersion;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.cli.json.Json;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.Format;
import io.vibee.session.cli.terminal.TextTable;
import io.vibee.session.json.SessionJson;
import io.vibee.session.process.RotateKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "keys",
    description = {
      "Lists the versions of the key, the current one first; never a key itself.",
      "",
      "A key is kept in the database, or external: outside, known by its fingerprint. New hashes are"
          + " encrypted with the current one, which is not archived; sessions that have an earlier"
          + " one need it until rotate-key has moved them.",
    },
    footer = {
      "  vibee-session keys",
      "  vibee-session keys --json | jq '.keys[] | select(.sessions == 0) | .version'",
    })
final class KeysCommand extends DatabaseCommand {
  KeysCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    return withStore(this::show);
  }

  private int show(ManagedSessionStore store) {
    List<KeyVersion> keys = RotateKey.of(store).keys();
    if (json()) {
      out().println(Json.pretty(Map.of("keys", keys.stream().map(KeysCommand::document).toList())));
      return 0;
    }
    TextTable table =
        new TextTable("VERSION", "KIND", "FINGERPRINT", "CREATED", "ARCHIVED", "SESSIONS");
    for (KeyVersion key : keys) {
      table.add(
          Integer.toString(key.version()),
          kind(key),
          Objects.requireNonNullElse(key.fingerprint(), "-"),
          Format.time(key.createdAt()),
          Format.time(key.archivedAt()),
          Long.toString(key.sessions()));
    }
    table.print(out(), context().terminal().columns());
    note(Format.count(keys.size(), "key"));
    return 0;
  }

  private static String kind(KeyVersion key) {
    return key.external() ? "external" : "database";
  }

  private static Map<String, @Nullable Object> document(KeyVersion key) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("version", key.version());
    json.put("kind", kind(key));
    json.put("fingerprint", key.fingerprint());
    json.put("is_current", key.current());
    json.put("created_at", SessionJson.time(key.createdAt()));
    json.put("archived_at", SessionJson.time(key.archivedAt()));
    json.put("sessions", key.sessions());
    return json;
  }
}
