/**
 * Loading many sessions at once, on two connections if there are enough of them. The door is {@link
 * io.vibee.session.jdbc.load.StreamSessions}; not exported.
 */
@NullMarked
package io.vibee.session.jdbc.load;

import org.jspecify.annotations.NullMarked;
