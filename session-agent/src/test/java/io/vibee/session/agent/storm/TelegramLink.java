package io.vibee.session.agent.storm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/** One connection, as Telegram sees it. */
final class TelegramLink {
  private final SocketChannel channel;
  private final Lines lines;
  private String session = "";
  private String who = "";
  private long since;
  private long pinged;

  /** How long after its last ping it is believed in; for ever unless it says so. */
  private long delay = Long.MAX_VALUE;

  TelegramLink(SocketChannel channel, long now) {
    this.channel = channel;
    this.lines = new Lines(channel);
    this.since = now;
    this.pinged = now;
  }

  Lines lines() {
    return lines;
  }

  void connect(String newSession, String newWho, long now) {
    session = newSession;
    who = newWho;
    since = now;
    pinged = now;
  }

  void ping(long now, double seconds) {
    pinged = now;
    delay = (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }

  String session() {
    return session;
  }

  String who() {
    return who;
  }

  boolean isOver(long now) {
    return now - pinged > delay;
  }

  long openFor(long now) {
    return TimeUnit.NANOSECONDS.toMillis(now - since);
  }

  long silentFor(long now) {
    return TimeUnit.NANOSECONDS.toMillis(now - pinged);
  }

  void say(String line) {
    try {
      channel.write(ByteBuffer.wrap(TelegramServer.line(line)));
    } catch (IOException e) {
      // It is gone, which will be read.
    }
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
