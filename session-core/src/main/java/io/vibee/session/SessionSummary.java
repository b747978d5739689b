package io.vibee.session;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stored session without its hash, for programs that manage sessions. Values are as they are
 * stored: SQL may have written ones that {@link Session} would refuse, so escape them before you
 * show them.
 *
 * <p>Immutable, thread-safe.
 *
 * @param id the store's own number for this session; grows with each session added
 * @param userId see {@link Session#userId()}
 * @param sessionId see {@link Session#sessionId()}
 * @param apiId see {@link Session#apiId()}
 * @param username see {@link Session#username()}
 * @param phone see {@link Session#phone()}
 * @param active see {@link Session#active()}
 * @param authorized see {@link Session#authorized()}
 * @param digitalTwinEnabled see {@link Session#digitalTwinEnabled()}
 * @param autoReplyEnabled see {@link Session#autoReplyEnabled()}
 * @param targetChats see {@link Session#targetChats()}
 * @param lastSeenAt see {@link Session#lastSeenAt()}
 * @param createdAt when the store first saved it
 * @param updatedAt when a value other than {@code lastSeenAt} last changed
 * @param revision see {@link Session#revision()}
 * @param keyVersion see {@link Session#keyVersion()}
 */
public record SessionSummary(
    long id,
    String userId,
    String sessionId,
    int apiId,
    @Nullable String username,
    @Nullable String phone,
    boolean active,
    boolean authorized,
    boolean digitalTwinEnabled,
    boolean autoReplyEnabled,
    List<String> targetChats,
    @Nullable Instant lastSeenAt,
    Instant createdAt,
    Instant updatedAt,
    long revision,
    int keyVersion) {

  /** Checks that nothing is missing, and copies the chats. */
  public SessionSummary {
    Objects.requireNonNull(userId, "userId");
    Objects.requireNonNull(sessionId, "sessionId");
    Objects.requireNonNull(createdAt, "createdAt");
    Objects.requireNonNull(updatedAt, "updatedAt");
    targetChats = List.copyOf(targetChats);
  }

  /**
   * Identifies this session at this revision; a session that was deleted and added again is another
   * one.
   *
   * @return what {@link SessionEditBuilder#expecting} takes
   */
  public SessionRevision at() {
    return new SessionRevision(id, revision);
  }

  /** Shows the ids and flags in printable form, but no phone or user name. */
  @Override
  public String toString() {
    return "SessionSummary[userId=%s, sessionId=%s, apiId=%d, active=%s, authorized=%s, revision=%d]"
        .formatted(
            Texts.printable(userId),
            Texts.printable(sessionId),
            apiId,
            active,
            authorized,
            revision);
  }
}
