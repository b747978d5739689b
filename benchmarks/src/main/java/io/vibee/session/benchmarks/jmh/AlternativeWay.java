package io.vibee.session.benchmarks.jmh;

import io.vibee.session.benchmarks.alternatives.Alternative;
import org.openjdk.jmh.infra.Blackhole;

/** Loads with one of the alternatives, which must be filled. */
final class AlternativeWay implements Way {
  private final Alternative alternative;

  AlternativeWay(Alternative alternative) {
    this.alternative = alternative;
  }

  @Override
  public int loadAll(Blackhole sink) {
    return alternative.loadAll(sink::consume);
  }

  @Override
  public void close() {
    alternative.close();
  }
}
