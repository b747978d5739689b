package io.vibee.session.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/** Clients of the admin API, each with a persistent connection and as little work as possible. */
final class HttpClients {
  private final int port;
  private final int clients;
  private final int sessions;

  HttpClients(int port, int clients, int sessions) {
    this.port = port;
    this.clients = clients;
    this.sessions = sessions;
  }

  /** Makes a request for one of the sessions. */
  interface RequestOf {
    String of(int session, RandomGenerator random);
  }

  String get(int session, RandomGenerator random) {
    return "GET /api/v1/sessions/user_%d HTTP/1.1\r\nHost: localhost:%d\r\n\r\n"
        .formatted(session, port);
  }

  String post(int session, RandomGenerator random) {
    String body =
        """
        {"user_id":"user_%d","session_id":"sess_%d","api_id":94892,"api_hash":"0123456789abcdef0123456789abcdef","phone":"+1%07d"}"""
            .formatted(session, session, random.nextInt(10_000_000));
    return "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(port, body.length(), body);
  }

  Load run(Duration duration, RequestOf request) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      long start = System.nanoTime();
      List<Callable<long[]>> calls = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        calls.add(() -> client(start + duration.toNanos(), random, request));
      }
      List<long[]> nanos = new ArrayList<>();
      for (Future<long[]> result : threads.invokeAll(calls)) nanos.add(result.get());
      return Load.of(nanos, Duration.ofNanos(System.nanoTime() - start));
    } finally {
      threads.shutdownNow();
    }
  }

  private long[] client(long end, RandomGenerator random, RequestOf request) throws IOException {
    List<Long> nanos = new ArrayList<>();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      long before = System.nanoTime();
      while (before < end) {
        out.write(request.of(1 + random.nextInt(sessions), random).getBytes(UTF_8));
        readAnswer(in);
        long after = System.nanoTime();
        nanos.add(after - before);
        before = after;
      }
    }
    return nanos.stream().mapToLong(Long::longValue).toArray();
  }

  private static void readAnswer(InputStream in) throws IOException {
    String status = line(in);
    if (!status.startsWith("HTTP/1.1 200 ")) throw new IOException("answered " + status);
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    in.skipNBytes(length);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) throw new EOFException("the server closed the connection");
      if (b != '\r') line.write(b);
    }
    return line.toString(ISO_8859_1);
  }
}
