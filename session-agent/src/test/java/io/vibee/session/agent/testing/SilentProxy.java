package io.vibee.session.agent.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A proxy that can act like a cut network: nothing arrives, nothing closes. */
public final class SilentProxy implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final CountDownLatch swallowed = new CountDownLatch(1);
  private final int target;
  private volatile boolean silent;

  public SilentProxy(int target) throws IOException {
    this.target = target;
    run(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Stops passing anything on. */
  public void silence() {
    silent = true;
  }

  /** Whether somebody has sent something since, and is waiting for an answer. */
  public boolean isWaitedFor() {
    return swallowed.getCount() == 0;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Socket real = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        sockets.add(real);
        run(() -> pass(client, real));
        run(() -> pass(real, client));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] buffer = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        if (silent) {
          swallowed.countDown();
        } else {
          out.write(buffer, 0, length);
          out.flush();
        }
      }
    } catch (IOException e) {
      // One side is gone.
    }
  }

  private static void run(Runnable task) {
    Thread thread = new Thread(task, "silent-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets) socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
