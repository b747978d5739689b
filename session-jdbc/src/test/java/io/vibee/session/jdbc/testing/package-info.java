/** What the tests of this module stand on: real PostgreSQL, canaries, captured logs. */
@NullMarked
package io.vibee.session.jdbc.testing;

import org.jspecify.annotations.NullMarked;
