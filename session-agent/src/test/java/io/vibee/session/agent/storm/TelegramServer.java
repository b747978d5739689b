package io.vibee.session.agent.storm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A fake Telegram over TCP, which knows in which connections it believes: from the moment in which
 * a session connects until its connection is closed, by the process or by the kernel when that
 * dies, or until no ping has come within the time that the last one named, as {@code
 * ping_delay_disconnect} does. A session that connects while another connection of it is believed
 * in is an overlap, and both are told {@code DUPLICATED}.
 *
 * <p>A client says {@code CONNECT <session> <who>} and {@code PING <seconds>}. It hears {@code OK},
 * {@code DUPLICATED}, {@code REVOKED}, {@code FLOOD <seconds>} or {@code DIE}, upon which its
 * process has to end itself. Thread-safe; one thread serves tens of thousands of connections.
 */
final class TelegramServer implements AutoCloseable {
  /** How exactly the end of a connection without pings is told to its client. */
  private static final long SWEEP_MILLIS = 20;

  /** Enough for all agents of a test to come at once. */
  private static final int BACKLOG = 4096;

  private final ServerSocketChannel entrance;
  private final Selector selector;
  private final Thread thread;
  private final long started = System.nanoTime();

  // What follows is guarded by this.
  private final Map<String, TelegramLink> believed = new HashMap<>();
  private final Map<String, Integer> connections = new HashMap<>();
  private final List<Overlap> overlaps = new ArrayList<>();
  private final Set<String> deadly = new HashSet<>();
  private final Set<String> revoked = new TreeSet<>();
  private final Map<String, Duration> floods = new HashMap<>();
  private int deaths;
  private boolean revokesAll;
  private boolean timer = true;
  private long longestPause;

  private TelegramServer() throws IOException {
    selector = Selector.open();
    entrance = ServerSocketChannel.open();
    entrance.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    entrance.configureBlocking(false);
    entrance.register(selector, SelectionKey.OP_ACCEPT);
    thread = new Thread(this::serve, "telegram");
    thread.setDaemon(true);
  }

  static TelegramServer start() throws IOException {
    TelegramServer server = new TelegramServer();
    server.thread.start();
    return server;
  }

  int port() {
    return entrance.socket().getLocalPort();
  }

  /** When this was started, by {@link System#nanoTime}. */
  long started() {
    return started;
  }

  /** The time since this was started, in milliseconds. */
  long age() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
  }

  /** Believes in connections whatever pings say, for ever, unless they are closed. */
  synchronized void switchTimerOff() {
    timer = false;
  }

  /** Ends each session that connects for good: it would have to log in again. */
  synchronized void revokeAll() {
    revokesAll = true;
  }

  /** Kills the process of whoever connects this session. */
  synchronized void makeDeadly(String session) {
    deadly.add(session);
  }

  /** Asks this session to wait, each time that it connects. */
  synchronized void flood(String session, Duration wait) {
    floods.put(session, wait);
  }

  /** Drops a session's connection, as Telegram does now and then; its client may connect again. */
  synchronized void drop(String session) {
    @Nullable TelegramLink link = believed.get(session);
    if (link != null) end(link);
  }

  /** The sessions that are connected, as far as Telegram knows. */
  synchronized Set<String> connected() {
    return Set.copyOf(believed.keySet());
  }

  /** Who has a session connected; empty if nobody. */
  synchronized String holder(String session) {
    @Nullable TelegramLink link = believed.get(session);
    return link == null ? "" : link.who();
  }

  /** How many sessions each of those who connected have now, by what they call themselves. */
  synchronized Map<String, Integer> loads() {
    Map<String, Integer> loads = new HashMap<>();
    for (TelegramLink link : believed.values()) loads.merge(link.who(), 1, Integer::sum);
    return loads;
  }

  /** How often each session was connected. */
  synchronized Map<String, Integer> connections() {
    return Map.copyOf(connections);
  }

  synchronized List<Overlap> overlaps() {
    return List.copyOf(overlaps);
  }

  /** The sessions that were ended for good. */
  synchronized Set<String> revoked() {
    return Set.copyOf(revoked);
  }

  /** How often a process was told to end itself. */
  synchronized int deaths() {
    return deaths;
  }

  /** How long this server has not looked at its connections at most: overlaps are as exact. */
  synchronized Duration longestPause() {
    return Duration.ofNanos(longestPause);
  }

  private void serve() {
    try {
      long looked = System.nanoTime();
      while (entrance.isOpen()) {
        selector.select(SWEEP_MILLIS);
        if (!selector.isOpen()) return;
        long now = System.nanoTime();
        synchronized (this) {
          longestPause = Math.max(longestPause, now - looked);
          for (SelectionKey key : selector.selectedKeys()) heed(key, now);
          selector.selectedKeys().clear();
          sweep(now);
        }
        looked = now;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void heed(SelectionKey key, long now) throws IOException {
    if (!key.isValid()) return;
    if (key.isAcceptable()) {
      SocketChannel channel;
      while ((channel = entrance.accept()) != null) {
        channel.configureBlocking(false);
        TelegramLink link = new TelegramLink(channel, now);
        channel.register(selector, SelectionKey.OP_READ, link);
      }
    } else {
      read((TelegramLink) key.attachment(), now);
    }
  }

  private void read(TelegramLink link, long now) {
    List<String> lines = new ArrayList<>();
    boolean open = link.lines().read(lines);
    for (String line : lines) hear(link, line.split(" ", -1), now);
    if (!open) end(link);
  }

  private void hear(TelegramLink link, String[] words, long now) {
    if (words[0].equals("CONNECT")) connect(link, words[1], words[2], now);
    else if (words[0].equals("PING")) link.ping(now, Double.parseDouble(words[1]));
    else throw new IllegalArgumentException(String.join(" ", words));
  }

  private void connect(TelegramLink link, String session, String who, long now) {
    connections.merge(session, 1, Integer::sum);
    link.connect(session, who, now);
    @Nullable TelegramLink other = believed.get(session);
    // Its end may have come before this, and not be read yet.
    if (other != null) read(other, now);
    if (other != null && !isOver(other, now) && believed.get(session) == other) {
      overlaps.add(
          new Overlap(age(), session, who, other.who(), other.openFor(now), other.silentFor(now)));
      other.say("DUPLICATED");
      link.say("DUPLICATED");
      end(other);
      end(link);
      return;
    }
    if (other != null) end(other);
    if (revokesAll) revoked.add(session);
    @Nullable Duration wait = floods.get(session);
    if (revoked.contains(session)) {
      link.say("REVOKED");
      end(link);
    } else if (wait != null) {
      link.say("FLOOD " + wait.toSeconds());
      end(link);
    } else {
      believed.put(session, link);
      if (deadly.contains(session)) deaths++;
      link.say(deadly.contains(session) ? "DIE" : "OK");
    }
  }

  private boolean isOver(TelegramLink link, long now) {
    return timer && link.isOver(now);
  }

  private void sweep(long now) {
    for (TelegramLink link : List.copyOf(believed.values())) if (isOver(link, now)) end(link);
  }

  private void end(TelegramLink link) {
    link.close();
    believed.remove(link.session(), link);
  }

  @Override
  public void close() {
    try {
      entrance.close();
      selector.wakeup();
      thread.join();
      synchronized (this) {
        for (SelectionKey key : selector.keys()) key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The bytes of a line of the protocol. */
  static byte[] line(String text) {
    return (text + "\n").getBytes(US_ASCII);
  }
}
