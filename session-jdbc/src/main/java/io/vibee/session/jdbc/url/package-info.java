/**
 * What {@code DATABASE_URL} means, and why a connection to it fails. The door is {@link
 * io.vibee.session.jdbc.url.DatabaseUrl}.
 */
@NullMarked
package io.vibee.session.jdbc.url;

import org.jspecify.annotations.NullMarked;
