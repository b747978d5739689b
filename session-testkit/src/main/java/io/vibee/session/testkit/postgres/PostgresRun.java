package io.vibee.session.testkit.postgres;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server of a test run: started for the first database, stopped when all tests are over. */
final class PostgresRun implements ExtensionContext.Store.CloseableResource, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PostgresRun.class);

  private final TestkitSettings settings;
  private @Nullable Databases databases;
  private @Nullable RuntimeException failure;

  PostgresRun(TestkitSettings settings) {
    this.settings = settings;
  }

  /** Does not retry for each test what failed once. */
  synchronized Databases databases() {
    if (failure != null) throw failure;
    if (databases == null) {
      try {
        databases = start();
      } catch (RuntimeException | LinkageError e) {
        failure = new ExtensionConfigurationException(String.valueOf(e.getMessage()), e);
        throw failure;
      }
    }
    return databases;
  }

  private Databases start() {
    if (!ClassPath.has("io.vibee.session.jdbc.JdbcSessionStore")) {
      throw new ExtensionConfigurationException(
          "@SessionDatabase needs io.vibee:session-jdbc on the class path");
    }
    StringBuilder missing = new StringBuilder();
    for (PostgresSource source : settings.order()) {
      var what = source.missing(settings);
      if (what.isEmpty()) {
        long start = System.nanoTime();
        Databases started = Databases.on(source.start(settings));
        log.info(
            "test databases come from {}, ready in {} ms",
            source,
            (System.nanoTime() - start) / 1_000_000);
        return started;
      }
      missing.append("\n  ").append(source).append(": ").append(what.get());
    }
    throw new ExtensionConfigurationException(
        "there is no PostgreSQL for the tests; do one of these (vibee.testkit.postgres="
            + settings.orderText()
            + "):"
            + missing);
  }

  @Override
  public synchronized void close() {
    if (databases != null) databases.close();
  }
}
