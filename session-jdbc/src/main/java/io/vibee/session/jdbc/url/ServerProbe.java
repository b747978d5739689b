package io.vibee.session.jdbc.url;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * What listens on a port, judged by its answer to PostgreSQL's request for TLS: PostgreSQL answers
 * with one letter and then waits. Nothing secret is sent.
 */
enum ServerProbe {
  TLS("a PostgreSQL server with TLS listens there"),
  NO_TLS("a PostgreSQL server without TLS listens there"),
  HTTP("an HTTP server listens there, not PostgreSQL"),
  SSH("an SSH server listens there, not PostgreSQL"),
  OTHER("what listens there does not speak PostgreSQL's protocol"),
  UNKNOWN("nothing is known of what listens there");

  private static final int SSL_REQUEST = 80_877_103;
  private static final int MILLIS = 1_000;

  private final String words;

  ServerProbe(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }

  boolean isOther() {
    return this == HTTP || this == SSH || this == OTHER;
  }

  static ServerProbe of(Host host) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host.name(), host.port()), MILLIS);
      socket.getOutputStream().write(ByteBuffer.allocate(8).putInt(8).putInt(SSL_REQUEST).array());
      return of(answer(socket));
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  private static ServerProbe of(String answer) {
    if (answer.startsWith("HTTP")) return HTTP;
    if (answer.startsWith("SSH-")) return SSH;
    return switch (answer) {
      case "S" -> TLS;
      case "N" -> NO_TLS;
      case "" -> UNKNOWN;
      default -> answer.startsWith("E") ? UNKNOWN : OTHER;
    };
  }

  /** Reads at most four letters, fewer if no more come within the time for all of them. */
  private static String answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] bytes = new byte[4];
    int length = 0;
    long start = System.nanoTime();
    try {
      while (length < bytes.length) {
        long left = MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        socket.setSoTimeout((int) Math.max(1, left));
        if (left < 0) break;
        int read = in.read(bytes, length, bytes.length - length);
        if (read < 0) break;
        length += read;
      }
    } catch (IOException e) {
      // PostgreSQL says no more, and others may close the connection.
    }
    return new String(bytes, 0, length, US_ASCII);
  }
}
