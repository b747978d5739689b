package io.vibee.session.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Debian's nginx with TLS, as whoever runs the tests and with no file but those of a folder. */
record Nginx(Process process, int port, SSLContext trusting) implements AutoCloseable {
  private static final String PROGRAM = "nginx";

  /** In front of the folder's files and whatever server block a guide shows. */
  private static final String SURROUNDINGS =
      """
      daemon off;
      master_process off;
      pid %1$s/pid;
      error_log stderr;
      events {}
      http {
        access_log off;
        client_body_temp_path %1$s/body;
        proxy_temp_path %1$s/proxy;
        fastcgi_temp_path %1$s/fastcgi;
        uwsgi_temp_path %1$s/uwsgi;
        scgi_temp_path %1$s/scgi;
      %2$s
      }
      """;

  static void require() {
    Tools.require(PROGRAM);
    Tools.require("openssl");
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /**
   * Starts it.
   *
   * @param server its server block, for this port; its certificate is {@code cert.pem}, the key
   *     {@code key.pem}, both for localhost
   */
  static Nginx start(Path folder, int port, String server)
      throws IOException, InterruptedException, GeneralSecurityException {
    certify(folder);
    Path file = folder.resolve("nginx.conf");
    Files.writeString(file, SURROUNDINGS.formatted(folder, server));
    Path log = folder.resolve("log");
    Process process =
        Processes.of(
                Tools.require(PROGRAM),
                "-e",
                "stderr",
                "-p",
                folder.toString(),
                "-c",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !process.isAlive() || accepts(port));
    assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
    return new Nginx(process, port, trusting(folder.resolve("cert.pem")));
  }

  private static void certify(Path folder) throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Tools.require("openssl"),
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            folder.resolve("key.pem").toString(),
            "-out",
            folder.resolve("cert.pem").toString());
    Path log = folder.resolve("openssl.log");
    int status =
        Processes.of(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertThat(status).as(Files.readString(log)).isZero();
  }

  private static SSLContext trusting(Path certificate)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      trusted.setCertificateEntry(
          "it", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** What it answers, header and all. */
  String exchange(String request) {
    try (Socket socket = trusting.getSocketFactory().createSocket("localhost", port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      return RawHttp.readAll(socket);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    await().atMost(Duration.ofSeconds(10)).until(() -> !process.isAlive());
  }
}
