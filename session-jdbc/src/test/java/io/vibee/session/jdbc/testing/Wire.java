package io.vibee.session.jdbc.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between clients and PostgreSQL. Counts their round trips, and can keep back answers. */
public final class Wire implements AutoCloseable {
  private final ServerSocket entrance;
  private final int server;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean serverSpokeLast = new AtomicBoolean(true);
  private long bytesToPass = Long.MAX_VALUE;

  public Wire(int server) throws IOException {
    this.server = server;
    entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  public int port() {
    return entrance.getLocalPort();
  }

  /**
   * How often a client waited for an answer since the last call: how often it spoke after the
   * server did. For one connection that works at a time.
   */
  public int takeRoundTrips() {
    return count.getAndSet(0);
  }

  /** Holds back what the server says after about so many more bytes, until a client speaks. */
  public synchronized void stallAfter(long bytes) {
    bytesToPass = bytes;
  }

  private synchronized void passAnswer(int length) throws InterruptedException {
    while (bytesToPass <= 0) wait();
    bytesToPass -= length;
  }

  private synchronized void passRequest() {
    if (bytesToPass <= 0) bytesToPass = Long.MAX_VALUE;
    notifyAll();
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
        if (fromClient) passRequest();
        else passAnswer(length);
        out.write(buffer, 0, length);
      }
    } catch (IOException | InterruptedException e) {
      // One of them has gone.
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "wire");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    entrance.close();
  }
}
