/**
 * The columns of the tables, and how a row turns into a session, whether the server decrypts its
 * hash or this process opens it. Shared by the store's operations, loads and rotations; not
 * exported.
 */
@NullMarked
package io.vibee.session.jdbc.rows;

import org.jspecify.annotations.NullMarked;
