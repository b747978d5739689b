/** Kills rotations while agents read and operators write. */
@NullMarked
package io.vibee.session.openpgp.fire;

import org.jspecify.annotations.NullMarked;
