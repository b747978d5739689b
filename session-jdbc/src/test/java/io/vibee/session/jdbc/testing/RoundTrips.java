package io.vibee.session.jdbc.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and PostgreSQL, and counts how often the client waits for an answer: how
 * often it speaks after the server did. For one connection that works at a time.
 */
public final class RoundTrips implements AutoCloseable {
  private final ServerSocket entrance;
  private final int server;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean serverSpokeLast = new AtomicBoolean(true);

  public RoundTrips(int server) throws IOException {
    this.server = server;
    entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  public int port() {
    return entrance.getLocalPort();
  }

  /** Those since the last call. */
  public int take() {
    return count.getAndSet(0);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server);
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        start(() -> copy(client, upstream, true));
        start(() -> copy(upstream, client, false));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void copy(Socket from, Socket to, boolean fromClient) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[65_536];
      for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
        // Noted before it is passed on, since the answer may come at once.
        boolean turned = serverSpokeLast.getAndSet(!fromClient);
        if (turned && fromClient) count.incrementAndGet();
        out.write(buffer, 0, length);
      }
    } catch (IOException e) {
      // One of them has gone.
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "round trips");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    entrance.close();
  }
}
