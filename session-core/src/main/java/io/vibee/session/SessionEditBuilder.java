package io.vibee.session;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sets the values of a {@link SessionEdit}, checking each as it is set. Not thread-safe. */
public final class SessionEditBuilder {
  final String userId;
  @Nullable String sessionId;
  @Nullable Integer apiId;
  @Nullable Secret apiHash;
  @Nullable Text username;
  @Nullable Text phone;
  @Nullable Boolean active;
  @Nullable Boolean authorized;
  @Nullable Boolean digitalTwin;
  @Nullable Boolean autoReply;
  @Nullable List<String> targetChats;
  @Nullable SessionRevision expected;

  /** A text to set, or to clear if it is null. */
  record Text(@Nullable String value) {}

  SessionEditBuilder(String userId) {
    this.userId = userId;
  }

  SessionEditBuilder(SessionEditBuilder other) {
    this(other.userId);
    sessionId = other.sessionId;
    apiId = other.apiId;
    apiHash = other.apiHash;
    username = other.username;
    phone = other.phone;
    active = other.active;
    authorized = other.authorized;
    digitalTwin = other.digitalTwin;
    autoReply = other.autoReply;
    targetChats = other.targetChats;
    expected = other.expected;
  }

  /**
   * Sets {@link Session#sessionId()}.
   *
   * @param value the id that the bridge issued
   * @return this builder
   * @throws IllegalArgumentException if it breaks the limits of {@link Session}, as below
   */
  public SessionEditBuilder sessionId(String value) {
    Texts.requireId("sessionId", value);
    sessionId = value;
    return this;
  }

  /**
   * Sets {@link Session#apiId()}.
   *
   * @param value the app's id
   * @return this builder
   */
  public SessionEditBuilder apiId(int value) {
    Texts.requireApiId(value);
    apiId = value;
    return this;
  }

  /**
   * Sets {@link Session#apiHash()}.
   *
   * @param value the app's hash
   * @return this builder
   */
  public SessionEditBuilder apiHash(Secret value) {
    Texts.requireSecret("apiHash", value.exposeSecret());
    apiHash = value;
    return this;
  }

  /**
   * Sets {@link Session#username()}.
   *
   * @param value the user name, or null for none
   * @return this builder
   */
  public SessionEditBuilder username(@Nullable String value) {
    Texts.requireText("username", value, 255);
    username = new Text(value);
    return this;
  }

  /**
   * Sets {@link Session#phone()}.
   *
   * @param value the phone number, or null for none
   * @return this builder
   */
  public SessionEditBuilder phone(@Nullable String value) {
    Texts.requireText("phone", value, 50);
    phone = new Text(value);
    return this;
  }

  /**
   * Sets {@link Session#active()}.
   *
   * @param value whether agents load it
   * @return this builder
   */
  public SessionEditBuilder active(boolean value) {
    active = value;
    return this;
  }

  /**
   * Sets {@link Session#authorized()}.
   *
   * @param value whether the account is logged in
   * @return this builder
   */
  public SessionEditBuilder authorized(boolean value) {
    authorized = value;
    return this;
  }

  /**
   * Sets {@link Session#digitalTwinEnabled()}.
   *
   * @param value whether the digital twin is on
   * @return this builder
   */
  public SessionEditBuilder digitalTwinEnabled(boolean value) {
    digitalTwin = value;
    return this;
  }

  /**
   * Sets {@link Session#autoReplyEnabled()}.
   *
   * @param value whether the agent answers by itself
   * @return this builder
   */
  public SessionEditBuilder autoReplyEnabled(boolean value) {
    autoReply = value;
    return this;
  }

  /**
   * Sets {@link Session#targetChats()}.
   *
   * @param value the chats to act in
   * @return this builder
   */
  public SessionEditBuilder targetChats(List<String> value) {
    Texts.requireChats(value);
    targetChats = List.copyOf(value);
    return this;
  }

  /**
   * Edits only if the session is in this state.
   *
   * @param value as {@link SessionSummary#at()} returned it; {@link SessionRevision#NONE} to only
   *     add a session
   * @return this builder
   */
  public SessionEditBuilder expecting(SessionRevision value) {
    expected = Objects.requireNonNull(value, "expected");
    return this;
  }

  /**
   * Builds the edit; this builder may be used again.
   *
   * @return the edit
   */
  public SessionEdit build() {
    return new SessionEdit(new SessionEditBuilder(this));
  }
}
