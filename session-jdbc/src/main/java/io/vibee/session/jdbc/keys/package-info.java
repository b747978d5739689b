/**
 * Changing keys, by {@link io.vibee.session.jdbc.keys.KeyTable}, and moving sessions to the current
 * one, by {@link io.vibee.session.jdbc.keys.RotateSessions}. Not exported.
 */
@NullMarked
package io.vibee.session.jdbc.keys;

import org.jspecify.annotations.NullMarked;
