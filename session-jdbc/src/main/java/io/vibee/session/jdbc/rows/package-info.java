/**
 * The columns of the tables, and how a row becomes a session: decrypted by the server, or opened
 * here. For the store's operations, loads and rotations; not exported.
 */
@NullMarked
package io.vibee.session.jdbc.rows;

import org.jspecify.annotations.NullMarked;
