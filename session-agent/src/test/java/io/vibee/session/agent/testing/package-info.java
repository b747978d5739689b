/** What tests of agents share: a bridge that behaves as a test says, and databases. */
@NullMarked
package io.vibee.session.agent.testing;

import org.jspecify.annotations.NullMarked;
