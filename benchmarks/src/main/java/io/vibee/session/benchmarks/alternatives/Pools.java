package io.vibee.session.benchmarks.alternatives;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Makes HikariCP pools and Spring's templates over them, as an agent without Spring Boot would. */
final class Pools {
  /** As many as the connections of this project's own pool. */
  static final int THREADS = 4;

  /** The number of rows that a query over everything holds at a time, as in this project. */
  static final int FETCH_SIZE = 2_000;

  private Pools() {}

  static HikariDataSource open(String jdbcUrl) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(jdbcUrl);
    config.setMaximumPoolSize(THREADS);
    return new HikariDataSource(config);
  }

  static JdbcTemplate streaming(HikariDataSource pool) {
    JdbcTemplate jdbc = new JdbcTemplate(pool);
    jdbc.setFetchSize(FETCH_SIZE);
    return jdbc;
  }

  static TransactionTemplate transactions(HikariDataSource pool) {
    return new TransactionTemplate(new JdbcTransactionManager(pool));
  }

  /** Runs a script that a library ships. */
  static void migrate(HikariDataSource pool, Class<?> library, String script) {
    new ResourceDatabasePopulator(new ClassPathResource(script, library)).execute(pool);
  }
}
