package io.vibee.session.jdbc;

import io.vibee.session.jdbc.testing.Postgres;

class QuickStartOnNewestPostgresTest extends QuickStartContract {
  QuickStartOnNewestPostgresTest() {
    super(Postgres.NEWEST);
  }
}
