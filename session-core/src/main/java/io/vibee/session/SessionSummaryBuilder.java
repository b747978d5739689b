package io.vibee.session;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link SessionSummary}. {@link #build()} checks that nothing is missing, and nothing
 * else: a stored value may be any. Not thread-safe; may be used again after {@code build()}.
 */
public final class SessionSummaryBuilder {
  long id;
  String userId;
  String sessionId;
  int apiId;
  @Nullable String username;
  @Nullable String phone;
  boolean active = true;
  boolean authorized;
  boolean digitalTwinEnabled;
  boolean autoReplyEnabled = true;
  List<String> targetChats = List.of();
  @Nullable Instant lastSeenAt;
  @Nullable Instant createdAt;
  @Nullable Instant updatedAt;
  long revision;
  int keyVersion;

  SessionSummaryBuilder(long id, String userId, String sessionId, int apiId) {
    this.id = id;
    this.userId = userId;
    this.sessionId = sessionId;
    this.apiId = apiId;
  }

  SessionSummaryBuilder(SessionSummary summary) {
    this(summary.id(), summary.userId(), summary.sessionId(), summary.apiId());
    username = summary.username();
    phone = summary.phone();
    active = summary.active();
    authorized = summary.authorized();
    digitalTwinEnabled = summary.digitalTwinEnabled();
    autoReplyEnabled = summary.autoReplyEnabled();
    targetChats = summary.targetChats();
    lastSeenAt = summary.lastSeenAt();
    createdAt = summary.createdAt();
    updatedAt = summary.updatedAt();
    revision = summary.revision();
    keyVersion = summary.keyVersion();
  }

  /**
   * Sets {@link SessionSummary#id()}.
   *
   * @param value the store's own number for it
   * @return this builder
   */
  public SessionSummaryBuilder id(long value) {
    id = value;
    return this;
  }

  /**
   * Sets {@link SessionSummary#userId()}.
   *
   * @param value the Telegram user's id
   * @return this builder
   */
  public SessionSummaryBuilder userId(String value) {
    userId = value;
    return this;
  }

  /**
   * Sets {@link SessionSummary#sessionId()}.
   *
   * @param value the id that the bridge issued
   * @return this builder
   */
  public SessionSummaryBuilder sessionId(String value) {
    sessionId = value;
    return this;
  }

  /**
   * Sets {@link SessionSummary#apiId()}.
   *
   * @param value the app's id
   * @return this builder
   */
  public SessionSummaryBuilder apiId(int value) {
    apiId = value;
    return this;
  }

  /**
   * Sets {@link SessionSummary#username()}.
   *
   * @param value the user name, or null for none
   * @return this builder
   */
  public SessionSummaryBuilder username(@Nullable String value) {
    username = value;
    return this;
  }

  /**
   * Sets {@link SessionSummary#phone()}.
   *
   * @param value the phone number, or null for none
   * @return this builder
   */
  public SessionSummaryBuilder phone(@Nullable String value) {
    phone = value;
    return this;
  }

  /**
   * Sets {@link SessionSummary#active()}; true unless set.
   *
   * @param value whether agents load it
   * @return this builder
   */
  public SessionSummaryBuilder active(boolean value) {
    active = value;
    return this;
  }

  /**
   * Sets {@link SessionSummary#authorized()}; false unless set.
   *
   * @param value whether the account is logged in
   * @return this builder
   */
  public SessionSummaryBuilder authorized(boolean value) {
    authorized = value;
    return this;
  }

  /**
   * Sets {@link SessionSummary#digitalTwinEnabled()}; false unless set.
   *
   * @param value whether the digital twin is on
   * @return this builder
   */
  public SessionSummaryBuilder digitalTwinEnabled(boolean value) {
    digitalTwinEnabled = value;
    return this;
  }

  /**
   * Sets {@link SessionSummary#autoReplyEnabled()}; true unless set.
   *
   * @param value whether the agent answers by itself
   * @return this builder
   */
  public SessionSummaryBuilder autoReplyEnabled(boolean value) {
    autoReplyEnabled = value;
    return this;
  }

  /**
   * Sets {@link SessionSummary#targetChats()}; empty unless set.
   *
   * @param value the chats to act in
   * @return this builder
   */
  public SessionSummaryBuilder targetChats(List<String> value) {
    targetChats = value;
    return this;
  }

  /**
   * Sets {@link SessionSummary#lastSeenAt()}; null unless set.
   *
   * @param value when an agent last held it, or null for never
   * @return this builder
   */
  public SessionSummaryBuilder lastSeenAt(@Nullable Instant value) {
    lastSeenAt = value;
    return this;
  }

  /**
   * Sets the values that a store keeps and callers do not choose; required.
   *
   * @param created {@link SessionSummary#createdAt()}
   * @param updated {@link SessionSummary#updatedAt()}
   * @param storedRevision {@link SessionSummary#revision()}
   * @param storedKeyVersion {@link SessionSummary#keyVersion()}
   * @return this builder
   */
  public SessionSummaryBuilder stored(
      Instant created, Instant updated, long storedRevision, int storedKeyVersion) {
    createdAt = created;
    updatedAt = updated;
    revision = storedRevision;
    keyVersion = storedKeyVersion;
    return this;
  }

  /**
   * Builds the summary.
   *
   * @return the summary
   * @throws NullPointerException if the times of {@link #stored} were not set
   */
  public SessionSummary build() {
    return new SessionSummary(this);
  }
}
