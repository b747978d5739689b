package io.vibee.session.testkit.postgres;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionStore;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/** Decides which part of a database a test's parameter gets. */
final class DatabaseParameter {
  /** Names of types, since session-jdbc may be missing. */
  private static final Set<String> TYPES =
      Set.of(
          TestDatabase.class.getName(),
          SessionStore.class.getName(),
          ManagedSessionStore.class.getName(),
          "io.vibee.session.jdbc.JdbcSessionStore",
          DataSource.class.getName());

  private DatabaseParameter() {}

  /** Leaves a parameter with somebody else's annotation, such as a mock, to them. */
  static boolean supports(ParameterContext parameter) {
    if (parameter.isAnnotated(FromSessionDatabase.class)) return true;
    return parameter.getParameter().getAnnotations().length == 0
        && TYPES.contains(parameter.getParameter().getType().getName());
  }

  static Object value(ParameterContext parameter, TestDatabase database) {
    Class<?> type = parameter.getParameter().getType();
    if (type == String.class) return database.url();
    if (type == Map.class) return database.environment();
    if (type == TestDatabase.class) return database;
    if (type == DataSource.class) return database.dataSource();
    if (type.isInstance(database.store())) return database.store();
    throw new ParameterResolutionException(
        "a database cannot be given as "
            + type.getName()
            + ": take a TestDatabase, SessionStore, ManagedSessionStore, JdbcSessionStore or"
            + " DataSource, or with @FromSessionDatabase a String or Map");
  }
}
