/**
 * Sessions as JSON, in one place for the modules of this project that write or read it: {@link
 * io.vibee.session.json.ChatJson} says how a target chat becomes JSON, {@link
 * io.vibee.session.json.SessionJson} how a session does, {@link io.vibee.session.json.FleetJson}
 * what operators see of a fleet. Needs Jackson, which whoever uses this package brings along:
 * {@code session-core} depends on it only as optional, and no other package of it uses this one.
 */
@NullMarked
package io.vibee.session.json;

import org.jspecify.annotations.NullMarked;
