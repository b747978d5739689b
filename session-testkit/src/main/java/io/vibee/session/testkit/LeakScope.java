package io.vibee.session.testkit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Collects what was found while a test, or a class of tests, ran. */
final class LeakScope {
  private final @Nullable LeakScope parent;
  private final LeakCapture capture;
  private final AtomicInteger running = new AtomicInteger();
  private final Set<String> findings = new LinkedHashSet<>();

  LeakScope(@Nullable LeakScope parent, LeakCapture capture) {
    this.parent = parent;
    this.capture = capture;
    if (parent != null) parent.running.incrementAndGet();
  }

  LeakCapture capture() {
    return capture;
  }

  void close() {
    if (parent != null) parent.running.decrementAndGet();
  }

  /** Takes a finding, unless a scope inside this one takes it. */
  void add(String finding) {
    if (running.get() > 0) return;
    synchronized (findings) {
      findings.add(finding);
    }
  }

  List<String> findings() {
    synchronized (findings) {
      return new ArrayList<>(findings);
    }
  }
}
