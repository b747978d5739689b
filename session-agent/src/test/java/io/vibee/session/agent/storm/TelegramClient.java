package io.vibee.session.agent.storm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The connections of a process to {@link TelegramServer}, like those of a common client: each pings
 * on its own, and connects again by itself when its connection is dropped, but not without asking.
 * One thread serves all.
 */
final class TelegramClient implements AutoCloseable {
  /** How a process ends that Telegram has killed. */
  static final int DIED = 77;

  private static final long LOOK_MILLIS = 50;
  private static final Duration BEFORE_RECONNECT = Duration.ofMillis(200);

  private final InetSocketAddress server;
  private final String who;
  private final String ping;
  private final long pingNanos;
  private final Selector selector = Selector.open();
  private final Queue<Connection> connections = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::serve, "telegram-client");

  /**
   * Connects nothing yet.
   *
   * @param pings the time between two pings
   * @param linger what the pings ask for
   */
  TelegramClient(int port, String who, Duration pings, Duration linger) throws IOException {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.who = who;
    this.pingNanos = pings.toNanos();
    this.ping = String.format(Locale.ROOT, "PING %.3f", linger.toMillis() / 1000.0);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Connects a session.
   *
   * @param mayConnect asked in the moment before each attempt
   * @param heard told what Telegram says after it has answered
   */
  Connection connect(String session, BooleanSupplier mayConnect, Consumer<String> heard) {
    Connection connection = new Connection(session, mayConnect, heard);
    connection.open();
    connections.add(connection);
    return connection;
  }

  private void serve() {
    try {
      while (selector.isOpen()) {
        selector.select(
            key -> {
              if (key.isValid()) ((Connection) key.attachment()).read();
            },
            LOOK_MILLIS);
        long now = System.nanoTime();
        for (Connection connection : connections) connection.look(now);
      }
    } catch (ClosedSelectorException e) {
      // This is the end.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) connection.close();
    selector.close();
  }

  /** One session's connection, or the wish to have it again. */
  final class Connection implements AutoCloseable {
    private final String session;
    private final BooleanSupplier mayConnect;
    private final Consumer<String> heard;

    /** What Telegram says first: {@code OK}, a refusal, or {@code CLOSED} if it says nothing. */
    private final CompletableFuture<String> answer = new CompletableFuture<>();

    private SocketChannel channel;
    private Lines lines;
    private boolean open;
    private boolean closed;
    private long next;

    private Connection(String session, BooleanSupplier mayConnect, Consumer<String> heard) {
      this.session = session;
      this.mayConnect = mayConnect;
      this.heard = heard;
    }

    CompletableFuture<String> answer() {
      return answer;
    }

    private synchronized void open() {
      try {
        channel = SocketChannel.open(server);
        lines = new Lines(channel);
        if (!mayConnect.getAsBoolean()) {
          drop();
          return;
        }
        say("CONNECT " + session + " " + who + "\n" + ping);
        open = true;
        next = System.nanoTime() + pingNanos;
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, this);
        selector.wakeup();
      } catch (IOException e) {
        drop();
      }
    }

    private void say(String line) throws IOException {
      channel.write(ByteBuffer.wrap(TelegramServer.line(line)));
    }

    private void read() {
      List<String> said = new ArrayList<>();
      synchronized (this) {
        if (!open) return;
        if (!lines.read(said)) drop();
      }
      for (String line : said) {
        if (line.equals("DIE")) Runtime.getRuntime().halt(DIED);
        if (!answer.complete(line) && !line.equals("OK")) heard.accept(line);
      }
      if (!isOpen()) answer.complete("CLOSED");
    }

    private synchronized boolean isOpen() {
      return open;
    }

    private synchronized void look(long now) {
      if (closed || now - next < 0) return;
      if (!open) {
        open();
        return;
      }
      next = now + pingNanos;
      try {
        say(ping);
      } catch (IOException e) {
        drop();
      }
    }

    private synchronized void drop() {
      open = false;
      next = System.nanoTime() + BEFORE_RECONNECT.toNanos();
      try {
        if (channel != null) channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Ends it; the kernel has told Telegram when this returns. */
    @Override
    public void close() {
      connections.remove(this);
      synchronized (this) {
        closed = true;
        drop();
      }
    }
  }
}
