/**
 * Encrypts each {@code api_hash} in this process, in the OpenPGP format that pgcrypto reads, with a
 * key that never reaches the database.
 */
@NullMarked
package io.vibee.session.openpgp;

import org.jspecify.annotations.NullMarked;
