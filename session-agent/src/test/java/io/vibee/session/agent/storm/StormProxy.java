package io.vibee.session.agent.storm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** The network between an agent and its database, which fails in every way that networks do. */
final class StormProxy implements AutoCloseable {
  enum Weather {
    /** All passes. */
    FAIR,
    /** Connections are closed, and nobody gets in. */
    CUT,
    /** Nothing arrives and nothing closes; what was sent meanwhile arrives when that is over. */
    HELD,
    /** Nothing arrives and nothing closes, and these connections never recover. */
    HALF_OPEN,
    /** The server hears all, and its answers are lost, as are these connections. */
    DEAF,
    /** Each piece is late. */
    SLOW
  }

  private static final long SLOW_MILLIS = 150;

  private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int target;
  private final Queue<Pair> pairs = new ConcurrentLinkedQueue<>();
  private Weather weather = Weather.FAIR;

  StormProxy(int target) throws IOException {
    this.target = target;
    run(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  synchronized void be(Weather next) {
    if (weather == Weather.HALF_OPEN || weather == Weather.DEAF) {
      // What was swallowed is missing.
      for (Pair pair : pairs) pair.isDead = true;
    }
    weather = next;
    // As the server's keepalive would, in time.
    for (Pair pair : pairs) if (pair.isOver) pair.close();
    if (next == Weather.CUT) pairs.forEach(Pair::close);
    notifyAll();
  }

  private synchronized Weather weather() {
    return weather;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        if (weather() == Weather.CUT) {
          client.close();
          continue;
        }
        run(() -> connect(client));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private void connect(Socket client) {
    Socket server;
    try {
      server = new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException e) {
      close(client); // the database is down
      return;
    }
    Pair pair = new Pair(client, server);
    pairs.add(pair);
    run(() -> pair.pass(client, server, false));
    run(() -> pair.pass(server, client, true));
  }

  /** Waits until this piece may pass; returns whether it is lost. */
  private synchronized boolean isLost(Pair pair, boolean answer) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SLOW_MILLIS);
    while (weather == Weather.HELD && !pair.isDead) wait();
    while (weather == Weather.SLOW && end - System.nanoTime() > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
    }
    return pair.isDead || weather == Weather.HALF_OPEN || (weather == Weather.DEAF && answer);
  }

  private static void run(Runnable task) {
    Thread thread = new Thread(task, "storm-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      entrance.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pairs.forEach(Pair::close);
  }

  /** A connection on both sides. */
  private final class Pair {
    private final Socket client;
    private final Socket server;

    /** Guarded by the proxy. */
    private boolean isDead;

    private volatile boolean isOver;

    Pair(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void pass(Socket from, Socket to, boolean answer) {
      byte[] buffer = new byte[8192];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
          if (!isLost(this, answer)) out.write(buffer, 0, length);
        }
        if (isLost(this, answer)) {
          isOver = true; // the other side does not hear of it
          return;
        }
      } catch (IOException e) {
        // One side is gone.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      close();
    }

    void close() {
      StormProxy.close(client);
      StormProxy.close(server);
      pairs.remove(this);
    }
  }
}
