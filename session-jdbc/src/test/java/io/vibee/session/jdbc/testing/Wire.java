package io.vibee.session.jdbc.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and PostgreSQL. Counts their round trips, can keep back answers, and can
 * cut a connection.
 */
public final class Wire implements AutoCloseable {
  /** What never arrives where a connection is cut. */
  public enum Loss {
    /** The server never hears of it. */
    REQUEST,
    /** The client is gone while the server works. */
    CLIENT,
    /** The server has done it, and committed if that was a transaction of its own. */
    ANSWER
  }

  /** How each answer ends when no transaction is open: the server is ready for another query. */
  private static final String READY = "Z\0\0\0\5I";

  private final ServerSocket entrance;
  private final int server;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean serverSpokeLast = new AtomicBoolean(true);
  private long bytesToPass = Long.MAX_VALUE;
  private @Nullable String fatal;
  private Loss loss = Loss.REQUEST;
  private volatile boolean silent;

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

  /** Acts like a cut network, or no more: nothing arrives, nothing closes. */
  public void silence(boolean on) {
    silent = on;
  }

  private synchronized void passAnswer(int length) throws InterruptedException {
    while (bytesToPass <= 0) wait();
    bytesToPass -= length;
  }

  private synchronized void passRequest() {
    if (bytesToPass <= 0) bytesToPass = Long.MAX_VALUE;
    notifyAll();
  }

  /** Cuts the connection on which a client says this next, once. */
  public synchronized void cut(String request, Loss what) {
    fatal = request;
    loss = what;
  }

  private synchronized @Nullable Loss lossBy(byte[] said, int length) {
    if (fatal == null || !new String(said, 0, length, ISO_8859_1).contains(fatal)) return null;
    fatal = null;
    return loss;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server);
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        AtomicBoolean mute = new AtomicBoolean();
        start(() -> copy(client, upstream, true, mute));
        start(() -> copy(upstream, client, false, mute));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  /**
   * Copies what one side says; returning cuts the connection.
   *
   * @param mute whether the client is to hear nothing more
   */
  private void copy(Socket from, Socket to, boolean fromClient, AtomicBoolean mute) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[65_536];
      String kept = "";
      for (int length = in.read(buffer); length > 0; length = in.read(buffer)) {
        // Noted before it is passed on, since the answer may come at once.
        boolean turned = serverSpokeLast.getAndSet(!fromClient);
        if (turned && fromClient) count.incrementAndGet();
        if (fromClient) passRequest();
        else passAnswer(length);
        @Nullable Loss lost = fromClient ? lossBy(buffer, length) : null;
        if (lost == Loss.REQUEST) return;
        if (lost == Loss.ANSWER) mute.set(true);
        if (!fromClient && mute.get()) {
          kept = kept + new String(buffer, 0, length, ISO_8859_1);
          if (kept.endsWith(READY)) return;
          kept = kept.substring(Math.max(0, kept.length() - READY.length()));
          continue;
        }
        if (silent) continue;
        out.write(buffer, 0, length);
        if (lost == Loss.CLIENT) return;
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
