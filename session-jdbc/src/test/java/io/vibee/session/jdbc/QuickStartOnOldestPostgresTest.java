package io.vibee.session.jdbc;

import io.vibee.session.jdbc.testing.Postgres;

class QuickStartOnOldestPostgresTest extends QuickStartContract {
  QuickStartOnOldestPostgresTest() {
    super(Postgres.OLDEST);
  }
}
