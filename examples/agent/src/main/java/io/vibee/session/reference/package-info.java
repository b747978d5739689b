/**
 * The reference agent behind {@code start.sh}: loads sessions, prints them, keeps them marked as
 * seen, asks the bridge for their state, and follows what operators change through its API. Where
 * an agent connects, {@link io.vibee.session.reference.PrintedSessions} prints.
 */
@NullMarked
package io.vibee.session.reference;

import org.jspecify.annotations.NullMarked;
