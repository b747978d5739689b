/**
 * Encryption of hashes in this process, with keys that the database never sees: implemented by
 * {@code session-openpgp}, found by {@link java.util.ServiceLoader}.
 */
@NullMarked
package io.vibee.session.jdbc.seal;

import org.jspecify.annotations.NullMarked;
