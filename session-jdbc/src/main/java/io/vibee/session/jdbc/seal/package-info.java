/**
 * Encryption of hashes in this process, with keys that the database never sees. The door is {@link
 * io.vibee.session.jdbc.seal.HashSealer}, which {@code session-openpgp} implements and {@link
 * java.util.ServiceLoader} finds.
 */
@NullMarked
package io.vibee.session.jdbc.seal;

import org.jspecify.annotations.NullMarked;
