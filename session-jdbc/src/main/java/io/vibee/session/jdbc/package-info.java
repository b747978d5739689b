/**
 * The PostgreSQL store: {@link io.vibee.session.jdbc.JdbcSessionStore} over a data source or a
 * {@code DATABASE_URL}, and {@link io.vibee.session.jdbc.SessionMigrations} for its tables.
 */
@NullMarked
package io.vibee.session.jdbc;

import org.jspecify.annotations.NullMarked;
