/**
 * The loop of an agent. {@link io.vibee.session.agent.SessionAgent} loads sessions, starts each
 * with the agent's own {@link io.vibee.session.agent.SessionHandler}, keeps them marked as seen,
 * follows changes, and ends them in time.
 */
@NullMarked
package io.vibee.session.agent;

import org.jspecify.annotations.NullMarked;
