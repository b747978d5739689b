package io.vibee.session;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of a store's keys, told without the key.
 *
 * @param version the number by which sessions name it
 * @param fingerprint of a key outside the database; null for one that the database keeps
 * @param createdAt when it became the current key
 * @param archivedAt when another one did; null for the current key
 * @param sessions how many sessions are encrypted with it
 */
public record KeyVersion(
    int version,
    @Nullable String fingerprint,
    Instant createdAt,
    @Nullable Instant archivedAt,
    long sessions) {

  /** Checks that the time is there. */
  public KeyVersion {
    Objects.requireNonNull(createdAt, "createdAt");
  }

  /**
   * Whether new hashes are encrypted with it.
   *
   * @return true for one key of a store
   */
  public boolean current() {
    return archivedAt == null;
  }

  /**
   * Whether the key is kept outside the database.
   *
   * @return true if agents have to bring it
   */
  public boolean external() {
    return fingerprint != null;
  }
}
