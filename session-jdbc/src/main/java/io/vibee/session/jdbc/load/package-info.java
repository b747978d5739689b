/**
 * Loading many sessions at once, on two connections if there are enough of them. The doors are
 * {@link io.vibee.session.jdbc.load.StreamSessions} and, for those whose ids are known, {@link
 * io.vibee.session.jdbc.load.StreamNamed}; not exported.
 */
@NullMarked
package io.vibee.session.jdbc.load;

import org.jspecify.annotations.NullMarked;
