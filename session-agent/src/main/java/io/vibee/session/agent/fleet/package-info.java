/**
 * The protocol by which the agents of a fleet share sessions, one owner each: {@link
 * io.vibee.session.agent.fleet.LeaseProtocol} is told what happened and when, and answers what to
 * do. It has no threads, connections or clocks; who drives it does, as the simulation of its tests.
 * Not exported: agents see {@code SessionAgent}.
 */
@NullMarked
package io.vibee.session.agent.fleet;

import org.jspecify.annotations.NullMarked;
