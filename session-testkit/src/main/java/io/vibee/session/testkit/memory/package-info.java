/** A store without a database, for unit tests of agents. */
@NullMarked
package io.vibee.session.testkit.memory;

import org.jspecify.annotations.NullMarked;
