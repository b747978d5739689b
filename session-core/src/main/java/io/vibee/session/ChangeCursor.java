package io.vibee.session;

import java.util.Objects;

/**
 * How far a reader has come in a {@linkplain SessionChanges feed of changes}. Kept in memory: it
 * means nothing to another database.
 *
 * @param world the world that it was read in
 * @param snapshot the store's own mark
 */
public record ChangeCursor(FleetWorld world, String snapshot) {
  /** Checks that nothing is null. */
  public ChangeCursor {
    Objects.requireNonNull(world, "world");
    Objects.requireNonNull(snapshot, "snapshot");
  }
}
