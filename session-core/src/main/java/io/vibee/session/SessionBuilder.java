package io.vibee.session;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Session}. {@link #build()} checks the values. Not thread-safe; may be used again
 * after {@code build()}.
 */
public final class SessionBuilder {
  String userId;
  String sessionId;
  int apiId;
  Secret apiHash;
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

  SessionBuilder(String userId, String sessionId, int apiId, Secret apiHash) {
    this.userId = userId;
    this.sessionId = sessionId;
    this.apiId = apiId;
    this.apiHash = apiHash;
  }

  SessionBuilder(Session session) {
    this(session.userId(), session.sessionId(), session.apiId(), session.apiHash());
    username = session.username();
    phone = session.phone();
    active = session.active();
    authorized = session.authorized();
    digitalTwinEnabled = session.digitalTwinEnabled();
    autoReplyEnabled = session.autoReplyEnabled();
    targetChats = session.targetChats();
    lastSeenAt = session.lastSeenAt();
    createdAt = session.createdAt();
    updatedAt = session.updatedAt();
    revision = session.revision();
    keyVersion = session.keyVersion();
  }

  /**
   * Sets {@link Session#userId()}.
   *
   * @param value the Telegram user's id
   * @return this builder
   */
  public SessionBuilder userId(String value) {
    userId = value;
    return this;
  }

  /**
   * Sets {@link Session#sessionId()}.
   *
   * @param value the id that the bridge issued
   * @return this builder
   */
  public SessionBuilder sessionId(String value) {
    sessionId = value;
    return this;
  }

  /**
   * Sets {@link Session#apiId()}.
   *
   * @param value the app's id
   * @return this builder
   */
  public SessionBuilder apiId(int value) {
    apiId = value;
    return this;
  }

  /**
   * Sets {@link Session#apiHash()}.
   *
   * @param value the app's hash
   * @return this builder
   */
  public SessionBuilder apiHash(Secret value) {
    apiHash = value;
    return this;
  }

  /**
   * Sets {@link Session#username()}.
   *
   * @param value the user name, or null for none
   * @return this builder
   */
  public SessionBuilder username(@Nullable String value) {
    username = value;
    return this;
  }

  /**
   * Sets {@link Session#phone()}.
   *
   * @param value the phone number, or null for none
   * @return this builder
   */
  public SessionBuilder phone(@Nullable String value) {
    phone = value;
    return this;
  }

  /**
   * Sets {@link Session#active()}; true unless set.
   *
   * @param value whether agents load it
   * @return this builder
   */
  public SessionBuilder active(boolean value) {
    active = value;
    return this;
  }

  /**
   * Sets {@link Session#authorized()}; false unless set.
   *
   * @param value whether the account is logged in
   * @return this builder
   */
  public SessionBuilder authorized(boolean value) {
    authorized = value;
    return this;
  }

  /**
   * Sets {@link Session#digitalTwinEnabled()}; false unless set.
   *
   * @param value whether the digital twin is on
   * @return this builder
   */
  public SessionBuilder digitalTwinEnabled(boolean value) {
    digitalTwinEnabled = value;
    return this;
  }

  /**
   * Sets {@link Session#autoReplyEnabled()}; true unless set.
   *
   * @param value whether the agent answers by itself
   * @return this builder
   */
  public SessionBuilder autoReplyEnabled(boolean value) {
    autoReplyEnabled = value;
    return this;
  }

  /**
   * Sets {@link Session#targetChats()}; empty unless set.
   *
   * @param value the chats to act in
   * @return this builder
   */
  public SessionBuilder targetChats(List<String> value) {
    targetChats = value;
    return this;
  }

  /**
   * Sets {@link Session#lastSeenAt()}, which a store sets by {@link SessionStore#report}.
   *
   * @param value when an agent last held it, or null for never
   * @return this builder
   */
  public SessionBuilder lastSeenAt(@Nullable Instant value) {
    lastSeenAt = value;
    return this;
  }

  /**
   * Sets the values that a store keeps and callers do not choose; for implementers of {@link
   * SessionStore}.
   *
   * @param created {@link Session#createdAt()}
   * @param updated {@link Session#updatedAt()}
   * @param storedRevision {@link Session#revision()}
   * @param storedKeyVersion {@link Session#keyVersion()}
   * @return this builder
   */
  public SessionBuilder stored(
      Instant created, Instant updated, long storedRevision, int storedKeyVersion) {
    createdAt = created;
    updatedAt = updated;
    revision = storedRevision;
    keyVersion = storedKeyVersion;
    return this;
  }

  /**
   * Builds the session.
   *
   * @return the session
   * @throws IllegalArgumentException if a value breaks the limits of {@link Session}
   */
  public Session build() {
    return new Session(this);
  }
}
