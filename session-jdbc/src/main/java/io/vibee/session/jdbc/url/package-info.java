/**
 * What {@code DATABASE_URL} means, and why it cannot be connected to. The door is {@link
 * io.vibee.session.jdbc.url.DatabaseUrl}.
 */
@NullMarked
package io.vibee.session.jdbc.url;

import org.jspecify.annotations.NullMarked;
