package io.vibee.session.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A data source whose connections commit as a test wants, once it is armed. */
final class WatchedCommits {
  volatile boolean armed;
  volatile boolean closeFails;

  /** Commits, or not. */
  @FunctionalInterface
  interface Commit {
    void run(Connection connection) throws SQLException;
  }

  DataSource of(DataSource real, Commit commit) {
    return (DataSource)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> watched(real.getConnection(), commit));
  }

  private Connection watched(Connection connection, Commit commit) {
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("commit") && armed) {
                commit.run(connection);
                return null;
              }
              if (method.getName().equals("close") && closeFails) {
                connection.close();
                throw new SQLException("lost", "08006");
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
