/** What this module's tests build on: real PostgreSQL servers, canaries, captured logs. */
@NullMarked
package io.vibee.session.jdbc.testing;

import org.jspecify.annotations.NullMarked;
