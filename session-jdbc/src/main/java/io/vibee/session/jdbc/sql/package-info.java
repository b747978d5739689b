/**
 * Transactions that trust nothing about a connection, and errors that show nothing of a row: {@link
 * io.vibee.session.jdbc.sql.Jdbc} runs work in a {@link io.vibee.session.jdbc.sql.Tx}, begun by
 * {@link io.vibee.session.jdbc.sql.Prelude}, and {@link io.vibee.session.jdbc.sql.SqlErrors}
 * translates what the server says. The lowest layer; not exported.
 */
@NullMarked
package io.vibee.session.jdbc.sql;

import org.jspecify.annotations.NullMarked;
