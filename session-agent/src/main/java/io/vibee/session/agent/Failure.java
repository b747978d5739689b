package io.vibee.session.agent;

import io.vibee.session.Secret;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Describes what a handler threw, in one line for the log that holds no hash. */
final class Failure {
  private static final int LONGEST = 300;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

  private Failure() {}

  /**
   * Names the error and its message.
   *
   * @param hash masked in the message; null to leave the message out, since it may hold one
   */
  static String describe(Throwable error, @Nullable Secret hash) {
    String text = error.getClass().getName();
    String message = messageOf(error);
    if (hash != null && message != null) {
      String masked =
          Pattern.compile(Pattern.quote(hash.exposeSecret()), Pattern.CASE_INSENSITIVE)
              .matcher(message)
              .replaceAll("***");
      text += ": " + CONTROL.matcher(masked).replaceAll(" ");
    }
    if (text.length() > LONGEST) text = text.substring(0, LONGEST) + "…";
    StackTraceElement[] trace = error.getStackTrace();
    return trace.length == 0 ? text : text + " (at " + trace[0] + ")";
  }

  /** Foreign code may throw even here. */
  private static @Nullable String messageOf(Throwable error) {
    try {
      return error.getMessage();
    } catch (RuntimeException e) {
      return null;
    }
  }
}
