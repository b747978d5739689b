package io.vibee.session;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of a store's keys, described without the key itself.
 *
 * @param version the number by which sessions refer to it
 * @param fingerprint identifies a key outside the database; null for one that the database keeps
 * @param createdAt when it became the current key
 * @param archivedAt when another key replaced it; null for the current key
 * @param sessions how many sessions are encrypted with it
 */
public record KeyVersion(
    int version,
    @Nullable String fingerprint,
    Instant createdAt,
    @Nullable Instant archivedAt,
    long sessions) {

  /** Checks that {@code createdAt} is not null. */
  public KeyVersion {
    Objects.requireNonNull(createdAt, "createdAt");
  }

  /**
   * Whether this is the current key, with which new hashes are encrypted.
   *
   * @return true for exactly one of a store's keys
   */
  public boolean current() {
    return archivedAt == null;
  }

  /**
   * Whether the key is kept outside the database.
   *
   * @return true if agents have to supply it
   */
  public boolean external() {
    return fingerprint != null;
  }
}
