package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What a URL asks of the connection is enforced, with TLS on and off. */
@ResourceLock(Postgres.SETTINGS)
class TlsTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private boolean tls;

  @Test
  void refusesToGoOnWithoutTheTlsThatWasAskedFor() {
    for (String parameters :
        List.of("?sslmode=require", "?sslmode=verify-full", "?channel_binding=require")) {
      assertThatThrownBy(() -> count(database.urlWithPassword(Canary.PASSWORD) + parameters))
          .as(parameters)
          .isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void connectsByTlsWithChannelBindingAndChecksTheCertificate(@TempDir Path folder)
      throws Exception {
    Path certificate = serveTls(folder);
    String role = TestDatabase.PASSWORD_ROLE;
    database.execute("grant select on all tables in schema public to " + role);
    String url = database.urlWithPassword(Canary.PASSWORD);
    assertThat(count(url + "?sslmode=require&channel_binding=require")).isZero();
    assertThat(count(url + "?sslmode=verify-full&sslrootcert=" + certificate)).isZero();
    assertThatThrownBy(() -> count(url + "?sslmode=verify-full&sslrootcert=system"))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(
            () ->
                count(
                    (url + "?sslmode=verify-full&sslrootcert=" + certificate)
                        .replace("localhost", "127.0.0.1")))
        .as("another name than the certificate's")
        .isInstanceOf(StoreUnavailableException.class);
    database.execute("drop owned by " + role);
  }

  @AfterEach
  void stopTls() {
    if (tls) database.execute("alter system reset ssl");
    database.execute("select pg_reload_conf()");
  }

  private static int count(String url) {
    int[] count = {0};
    try (JdbcSessionStore store = JdbcSessionStore.open(url)) {
      store.forEachActive(session -> count[0]++, unreadable -> {});
    }
    return count[0];
  }

  private Path serveTls(Path folder) throws Exception {
    String openssl = Tools.require("openssl");
    Path key = folder.resolve("server.key");
    Path certificate = folder.resolve("server.crt");
    Process process =
        Processes.of(
                List.of(
                    openssl,
                    "req",
                    "-x509",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=localhost",
                    "-addext",
                    "subjectAltName=DNS:localhost",
                    "-keyout",
                    key.toString(),
                    "-out",
                    certificate.toString()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("openssl.log").toFile())
            .start();
    assertThat(process.waitFor()).isZero();
    Path data = Path.of(database.value("show data_directory"));
    // Written into its own folder, so that they belong to the server's user.
    copyByServer(key, "server.key");
    copyByServer(certificate, "server.crt");
    Files.setPosixFilePermissions(
        data.resolve("server.key"), PosixFilePermissions.fromString("rw-------"));
    database.execute("alter system set ssl = on");
    tls = true;
    database.execute("select pg_reload_conf()");
    return certificate;
  }

  private void copyByServer(Path file, String name) throws Exception {
    Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    database.execute(
        """
        do $$
        declare file oid := lo_import('%s');
        begin
          perform lo_export(file, current_setting('data_directory') || '/%s');
          perform lo_unlink(file);
        end $$
        """
            .formatted(file, name));
  }
}
