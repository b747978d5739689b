package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Wrong tokens over time, by a clock that the test moves. */
class DeniedLogTest {
  private final List<String> entries = new ArrayList<>();

  /** As System.nanoTime, which starts anywhere and may pass the end of the numbers. */
  private long now = Long.MAX_VALUE - 1;

  private boolean databaseIsDown;
  private final DeniedLog log = new DeniedLog(store(), () -> now, Runnable::run);

  private io.vibee.session.SessionStore store() {
    return (io.vibee.session.SessionStore)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {io.vibee.session.SessionStore.class},
            (proxy, method, arguments) -> {
              if (databaseIsDown) throw new IllegalStateException("down");
              entries.add(new TreeMap<>((Map<?, ?>) arguments[2]).toString());
              return null;
            });
  }

  @Test
  void writesOneEntryAMinuteForEachAddress() {
    for (int i = 0; i < 50; i++) {
      log.denied("192.0.2.1");
      log.denied("192.0.2.2");
    }
    assertThat(entries)
        .containsExactly("{address=192.0.2.1, count=1}", "{address=192.0.2.2, count=1}");
    now += Duration.ofMinutes(1).toNanos();
    log.flush();
    assertThat(entries.subList(2, 4))
        .containsExactlyInAnyOrder(
            "{address=192.0.2.1, count=49}", "{address=192.0.2.2, count=49}");
    now += Duration.ofMinutes(1).toNanos();
    log.flush();
    assertThat(entries).hasSize(4);
    assertThat(log.isEmpty()).isTrue();
  }

  @Test
  void beyondAHundredAddressesTheyAreTheOthers() {
    for (int i = 0; i < 300; i++) log.denied("192.0.2." + i);
    assertThat(entries).hasSize(101).last().isEqualTo("{address=others, count=1}");
  }

  @Test
  void aDatabaseThatIsDownFailsNoRequest() {
    databaseIsDown = true;
    log.denied("192.0.2.1");
    assertThat(entries).isEmpty();
  }

  @Test
  void delaysGrowToTwoSecondsAndAreForgottenAfterAMinute() throws UnknownHostException {
    FailedTokens failures = new FailedTokens(() -> now);
    InetAddress address = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < 10; i++) millis.add(failures.count(address).toMillis());
    assertThat(millis).containsExactly(0L, 0L, 0L, 100L, 200L, 400L, 800L, 1600L, 2000L, 2000L);
    now += Duration.ofSeconds(61).toNanos();
    assertThat(failures.count(address)).isZero();
  }

  @Test
  void allAddressesOfAnIpv6NetworkCountAsOne() throws UnknownHostException {
    byte[] first = new byte[16];
    first[0] = 0x20;
    byte[] second = first.clone();
    second[15] = 7;
    assertThat(FailedTokens.network(InetAddress.getByAddress(first)))
        .isEqualTo(FailedTokens.network(InetAddress.getByAddress(second)));
  }
}
