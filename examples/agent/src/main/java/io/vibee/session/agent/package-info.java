/**
 * The reference agent behind {@code start.sh}: loads sessions, prints them, keeps them marked as
 * seen, asks the bridge for their state, and follows what operators change through its API. {@link
 * io.vibee.session.agent.Accounts} is where an agent's own code goes.
 */
@NullMarked
package io.vibee.session.agent;

import org.jspecify.annotations.NullMarked;
