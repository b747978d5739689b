/**
 * Key changes, in {@link io.vibee.session.jdbc.keys.KeyTable}, and moving sessions to the current
 * key, in {@link io.vibee.session.jdbc.keys.RotateSessions}. Not exported.
 */
@NullMarked
package io.vibee.session.jdbc.keys;

import org.jspecify.annotations.NullMarked;
