package io.vibee.session.benchmarks;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * Measures how long a test waits for a fresh database, relative to {@code create database …
 * template} by hand. Prints Markdown; benchmarks/run.sh writes it into docs/benchmarks.md.
 */
public final class TestkitFigures {
  private TestkitFigures() {}

  /**
   * Measures and prints.
   *
   * @param args none
   */
  public static void main(String[] args) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(FreshDatabases.class))
            .configurationParameter("vibee.testkit.postgres", "embedded")
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    for (var failure : listener.getSummary().getFailures()) {
      throw new IllegalStateException("a test failed", failure.getException());
    }
    FreshDatabases.print();
  }
}
