package io.vibee.session.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.NewKey;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.SessionMigrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses a server that logs everything it can. */
class ServerLogTest {
  private static final String FIRST = "a1".repeat(31) + "b2";
  private static final String SECOND = "c3".repeat(31) + "d4";
  private static final String PASSPHRASE = "made-up words that nobody else uses";
  private static final String HASH = "5ea1ed5ea1ed5ea1ed5ea1ed5ea1ed00";

  @Test
  void neverSeesAnExternalKeyNorAHashThatWasSealedWithIt(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("server.log");
    try (EmbeddedPostgres server = loud(log)) {
      String url = "postgresql://postgres@localhost:" + server.getPort() + "/postgres";
      SessionMigrations.migrate(url);
      for (List<String> keys :
          List.of(List.of(FIRST), List.of(SECOND, FIRST), List.of(PASSPHRASE, SECOND))) {
        try (JdbcSessionStore store = JdbcSessionStore.open(url, sealer(keys))) {
          store.changeKey(NewKey.external());
          store.rotate();
          store.save(session("1"));
          store.save(session("2"));
          assertThat(store.findByUserId("1").orElseThrow().apiHash().exposeSecret())
              .isEqualTo(HASH);
          store.forEachActive(session -> {}, unreadable -> {});
          store.keys().stream()
              .filter(key -> !key.current())
              .forEach(key -> store.prune(key.version()));
        }
      }
    }
    String written = Files.readString(log, StandardCharsets.ISO_8859_1);
    assertThat(written)
        .as("it logs statements, their values and plans")
        .contains("insert into \"public\".user_sessions")
        .contains("sess_1")
        .contains("session_follow_key")
        .contains("Query Text:")
        .contains(MasterKey.of(Secret.of(SECOND)).fingerprint());
    for (String secret : List.of(FIRST, SECOND, PASSPHRASE, HASH)) {
      byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
      String hex = HexFormat.of().formatHex(bytes);
      String base64 = Base64.getEncoder().withoutPadding().encodeToString(bytes).substring(0, 30);
      assertThat(written.contains(secret) || written.contains(hex) || written.contains(base64))
          .isFalse();
    }
    for (String key : List.of(FIRST, SECOND)) {
      // The 32 bytes that the text encodes.
      String bytes = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(key));
      assertThat(written.contains(bytes)).isFalse();
    }
  }

  private static OpenPgpSealer sealer(List<String> keys) {
    List<MasterKey> held = keys.stream().map(key -> MasterKey.of(Secret.of(key))).toList();
    return OpenPgpSealer.of(() -> held);
  }

  private static Session session(String userId) {
    return Session.builder(userId, "sess_" + userId, 94892, Secret.of(HASH)).build();
  }

  private static EmbeddedPostgres loud(Path log) throws IOException {
    var redirect = ProcessBuilder.Redirect.appendTo(log.toFile());
    return PgServer.builder()
        .setOutputRedirector(redirect)
        .setErrorRedirector(redirect)
        .setServerConfig("log_statement", "all")
        .setServerConfig("log_min_duration_statement", "0")
        .setServerConfig("log_parameter_max_length", "-1")
        .setServerConfig("log_parameter_max_length_on_error", "-1")
        .setServerConfig("log_min_messages", "debug1")
        .setServerConfig("session_preload_libraries", "auto_explain")
        .setServerConfig("auto_explain.log_min_duration", "0")
        .setServerConfig("auto_explain.log_analyze", "on")
        .setServerConfig("auto_explain.log_verbose", "on")
        .setServerConfig("auto_explain.log_nested_statements", "on")
        .start();
  }
}
