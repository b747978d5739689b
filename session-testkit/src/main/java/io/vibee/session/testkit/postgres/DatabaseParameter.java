package io.vibee.session.testkit.postgres;

import io.vibee.session.SessionStore;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/** What of a database a test's parameter stands for. */
final class DatabaseParameter {
  private DatabaseParameter() {}

  static boolean supports(ParameterContext parameter) {
    Class<?> type = parameter.getParameter().getType();
    return parameter.isAnnotated(FromSessionDatabase.class)
        || type == TestDatabase.class
        || type == DataSource.class
        || SessionStore.class.isAssignableFrom(type);
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
