package io.vibee.session.admin;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Counts the wrong tokens of each address: the more there were, the later the next response. A
 * right token never has to wait, since operators and attackers may share an address, above all
 * loopback; what protects a token in the end is its length.
 *
 * <p>Memory is bounded: when there are too many addresses, the one that failed least recently is
 * forgotten.
 */
final class FailedTokens {
  private static final int MAXIMUM_ADDRESSES = 1000;
  private static final long MEMORY_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int FREE = 3;
  private static final Duration FIRST_DELAY = Duration.ofMillis(100);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(2);

  private final LongSupplier nanoClock;

  @SuppressWarnings("serial") // never serialized
  private final Map<String, Failures> byAddress =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > MAXIMUM_ADDRESSES;
        }
      };

  private record Failures(int count, long last) {}

  FailedTokens(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Counts one more wrong token, and returns how long its response has to wait. */
  synchronized Duration count(InetAddress address) {
    long now = nanoClock.getAsLong();
    String key = network(address);
    Failures before = byAddress.getOrDefault(key, new Failures(0, now));
    boolean forgotten = now - before.last() > MEMORY_NANOS;
    int count = forgotten ? 1 : Math.min(before.count() + 1, 1_000_000);
    byAddress.put(key, new Failures(count, now));
    return delayAfter(count);
  }

  private static Duration delayAfter(int count) {
    if (count <= FREE) return Duration.ZERO;
    Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(count - FREE - 1, 10));
    return delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
  }

  /** Returns the address, or for IPv6 its /64 network, all of which one client may use. */
  static String network(InetAddress address) {
    if (!(address instanceof Inet6Address)) return address.getHostAddress();
    byte[] network = address.getAddress();
    if (!address.isLoopbackAddress()) Arrays.fill(network, 8, 16, (byte) 0);
    try {
      return InetAddress.getByAddress(network).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }
}
