package io.vibee.session.cli;

import io.vibee.session.SessionEditBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for a session's values, except the hash. */
final class SessionOptions {
  @Option(
      names = "--session-id",
      paramLabel = "ID",
      description = "what the bridge issued (sess_…)")
  private @Nullable String sessionId;

  @Option(names = "--api-id", paramLabel = "N", description = "the Telegram app's id")
  private @Nullable Integer apiId;

  @Option(names = "--phone", paramLabel = "PHONE", description = "the phone number; '' for none")
  private @Nullable String phone;

  @Option(names = "--username", paramLabel = "NAME", description = "the user name; '' for none")
  private @Nullable String username;

  @Option(
      names = "--active",
      arity = "1",
      paramLabel = "true|false",
      description = "whether agents load it; true if it is new")
  private @Nullable Boolean active;

  @Option(
      names = "--authorized",
      arity = "1",
      paramLabel = "true|false",
      description = "whether the account is logged in; agents keep it current")
  private @Nullable Boolean authorized;

  @Option(
      names = "--digital-twin",
      arity = "1",
      paramLabel = "true|false",
      description = "whether the digital twin is on; false if it is new")
  private @Nullable Boolean digitalTwin;

  @Option(
      names = "--auto-reply",
      arity = "1",
      paramLabel = "true|false",
      description = "whether the agent answers by itself; true if it is new")
  private @Nullable Boolean autoReply;

  @Option(
      names = "--chat",
      paramLabel = "CHAT",
      description =
          "a chat to act in, instead of those that are stored; may be repeated; '' for none")
  private @Nullable List<String> chats;

  /** Tells whether a new session needs nothing more but a hash. */
  boolean suffice() {
    return sessionId != null && apiId != null;
  }

  /** Sets the values that were given. */
  SessionEditBuilder applyTo(SessionEditBuilder edit) {
    if (sessionId != null) edit.sessionId(sessionId);
    if (apiId != null) edit.apiId(apiId);
    if (phone != null) edit.phone(phone.isEmpty() ? null : phone);
    if (username != null) edit.username(username.isEmpty() ? null : username);
    if (active != null) edit.active(active);
    if (authorized != null) edit.authorized(authorized);
    if (digitalTwin != null) edit.digitalTwinEnabled(digitalTwin);
    if (autoReply != null) edit.autoReplyEnabled(autoReply);
    if (chats != null) edit.targetChats(chats.stream().filter(chat -> !chat.isEmpty()).toList());
    return edit;
  }
}
