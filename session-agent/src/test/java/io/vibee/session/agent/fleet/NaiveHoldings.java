package io.vibee.session.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Lease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Says what {@link Holdings} does, without indexes, and does the same things to both. */
final class NaiveHoldings {
  private enum State {
    IDLE,
    OPEN,
    CLOSING,
    CLOSED
  }

  private static final class Entry {
    final Lease lease;
    State state;
    boolean lost;

    Entry(Lease lease, State state) {
      this.lease = lease;
      this.state = state;
    }

    boolean isConnected() {
      return state == State.OPEN || state == State.CLOSING;
    }
  }

  private final Random random;
  private final Holdings holdings = new Holdings();
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, Long> givenBack = new HashMap<>();
  private final Set<Lease> fatal = new HashSet<>();
  private final Set<Lease> over = new HashSet<>();
  private int tokens;

  NaiveHoldings(Random random) {
    this.random = random;
  }

  void compare(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
      assertThat(holdings.size()).isEqualTo(entries.size());
      assertThat(holdings.connected()).isEqualTo(leases(Entry::isConnected).size());
      assertThat(holdings.connectedLeases())
          .containsExactlyInAnyOrderElementsOf(leases(Entry::isConnected));
      assertThat(holdings.kept())
          .isEqualTo(leases(each -> each.state == State.IDLE || each.state == State.OPEN).size());
      assertThat(holdings.hasLost()).isEqualTo(!leases(each -> each.lost).isEmpty());
      for (Entry each : entries) {
        assertThat(holdings.isOpen(each.lease)).isEqualTo(each.state == State.OPEN);
        assertThat(holdings.lease(each.lease.sessionId())).isEqualTo(each.lease);
      }
    }
  }

  private void step() {
    switch (random.nextInt(12)) {
      case 0, 1 -> add();
      case 2 -> reconcile();
      case 3, 4 -> start();
      case 5 -> notConnected(any());
      case 6 -> close(any());
      case 7 -> closeSome(random.nextInt(3));
      case 8 -> closed(any());
      case 9 -> setFatal(any());
      case 10 -> giveBack();
      default -> {
        if (random.nextInt(10) == 0) loseAll();
      }
    }
  }

  /** A lease that is held, or was, or never. */
  private Lease any() {
    if (entries.isEmpty() || random.nextInt(8) == 0) return fresh();
    return entries.get(random.nextInt(entries.size())).lease;
  }

  private Lease fresh() {
    int age = random.nextInt(6) == 0 ? random.nextInt(20) : 0;
    return new Lease("s" + random.nextInt(8), Math.max(1, ++tokens - age));
  }

  private @Nullable Entry of(String session) {
    for (Entry each : entries) {
      if (each.lease.sessionId().equals(session)) return each;
    }
    return null;
  }

  private @Nullable Entry find(Lease lease) {
    Entry entry = of(lease.sessionId());
    return entry != null && entry.lease.equals(lease) ? entry : null;
  }

  private List<Lease> leases(Predicate<Entry> which) {
    return entries.stream().filter(which).map(each -> each.lease).toList();
  }

  private void forget(Entry entry) {
    entries.remove(entry);
    fatal.remove(entry.lease);
  }

  private void add() {
    List<Lease> leases = List.of(fresh(), fresh());
    boolean all = true;
    for (Lease lease : leases) all &= add(lease);
    assertThat(holdings.add(leases)).isEqualTo(all);
  }

  private boolean add(Lease lease) {
    Entry entry = of(lease.sessionId());
    if (entry != null) return entry.lease.equals(lease);
    boolean again = givenBack.getOrDefault(lease.sessionId(), 0L) >= lease.token();
    entries.add(new Entry(lease, again ? State.CLOSED : State.IDLE));
    return true;
  }

  private void reconcile() {
    List<Lease> stored = new ArrayList<>(leases(each -> random.nextInt(4) > 0));
    if (random.nextBoolean()) stored.add(fresh());
    List<Lease> stop = new ArrayList<>();
    for (Entry each : List.copyOf(entries)) {
      if (stored.contains(each.lease)) continue;
      each.lost = true;
      if (!each.isConnected()) forget(each);
      else if (each.state == State.OPEN) stop.add(each.lease);
      if (each.isConnected()) each.state = State.CLOSING;
    }
    for (Lease lease : stored) add(lease);
    assertThat(holdings.reconcile(stored)).containsExactlyElementsOf(stop);
  }

  private void start() {
    List<Lease> idle = leases(each -> each.state == State.IDLE);
    for (Entry each : entries) {
      if (each.state == State.IDLE) each.state = State.OPEN;
    }
    assertThat(holdings.start(0))
        .containsExactlyInAnyOrderElementsOf(idle)
        .noneMatch(over::contains);
  }

  private void notConnected(Lease lease) {
    Entry entry = find(lease);
    if (entry == null || entry.state != State.OPEN) {
      assertThat(holdings.notConnected(lease)).isEqualTo(end(entry));
    } else {
      entry.state = State.IDLE;
      assertThat(holdings.notConnected(lease)).isFalse();
    }
  }

  private void close(Lease lease) {
    assertThat(holdings.close(lease)).isEqualTo(close(find(lease)));
  }

  private static boolean close(@Nullable Entry entry) {
    if (entry == null) return false;
    boolean open = entry.state == State.OPEN;
    if (open) entry.state = State.CLOSING;
    if (entry.state == State.IDLE) entry.state = State.CLOSED;
    return open;
  }

  private void closeSome(int atMost) {
    List<Lease> stop = new ArrayList<>();
    int left = atMost;
    for (Entry each : entries) {
      if (left == 0 || (each.state != State.IDLE && each.state != State.OPEN)) continue;
      left--;
      if (close(each)) stop.add(each.lease);
    }
    assertThat(holdings.closeSome(atMost)).containsExactlyElementsOf(stop);
  }

  private void closed(Lease lease) {
    assertThat(holdings.closed(lease)).isEqualTo(end(find(lease)));
  }

  private boolean end(@Nullable Entry entry) {
    if (entry == null || !entry.isConnected()) return false;
    entry.state = State.CLOSED;
    if (entry.lost) forget(entry);
    return entry.lost;
  }

  private void setFatal(Lease lease) {
    holdings.fatal(lease, "why", 0, 0);
    if (find(lease) != null) fatal.add(lease);
    Action.Quarantine next = holdings.quarantine(1);
    assertThat(next == null).isEqualTo(fatal.isEmpty());
    if (next == null) return;
    assertThat(fatal).contains(next.lease());
    if (random.nextBoolean()) return;
    fatal.remove(next.lease());
    holdings.quarantined(next.lease());
  }

  /** Releases some, or has a release of unknown outcome. */
  private void giveBack() {
    int atMost = 1 + random.nextInt(4);
    List<Lease> ready = leases(each -> each.state == State.CLOSED && !fatal.contains(each.lease));
    List<Lease> asked = holdings.giveBack(atMost);
    assertThat(ready).containsAll(asked);
    assertThat(asked).doesNotHaveDuplicates().hasSize(Math.min(atMost, ready.size()));
    for (Lease each : asked) givenBack.merge(each.sessionId(), each.token(), Math::max);
    over.addAll(asked);
    if (random.nextInt(4) == 0) return;
    List<Lease> released = asked.stream().filter(each -> random.nextInt(3) > 0).toList();
    for (Entry each : List.copyOf(entries)) {
      if (released.contains(each.lease)) forget(each);
    }
    holdings.released(asked, released);
  }

  private void loseAll() {
    for (Entry each : List.copyOf(entries)) {
      each.lost = true;
      if (!each.isConnected()) forget(each);
    }
    givenBack.clear();
    over.clear();
    holdings.loseAll();
  }
}
