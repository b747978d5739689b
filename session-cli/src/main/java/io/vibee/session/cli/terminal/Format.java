package io.vibee.session.cli.terminal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes values, and the names of values, as people read them, and reads what they write. */
public final class Format {
  private static final Pattern HUMP = Pattern.compile("(?<=[a-z])(?=[A-Z])");

  private Format() {}

  /** Writes {@code 1 session}, {@code 2 sessions}. */
  public static String count(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  public static String yesNo(boolean value) {
    return value ? "yes" : "no";
  }

  /** Writes a time to the second, in UTC as everywhere in the project. */
  public static String time(@Nullable Instant time) {
    return time == null ? "-" : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /**
   * Keeps a phone's country and last four digits, and nothing of one too short to hide the rest.
   */
  public static String maskedPhone(@Nullable String phone) {
    if (phone == null || phone.isEmpty()) return "-";
    int length = phone.length();
    return length < 11 ? "***" : phone.substring(0, 5) + "***" + phone.substring(length - 4);
  }

  /** Keeps of a phone number what its different ways of being written have in common. */
  public static String digits(String phone) {
    return phone.replaceAll("[^0-9]", "");
  }

  /** Keeps of a user name what {@code @name} and {@code name} have in common. */
  public static String withoutAt(String username) {
    return username.startsWith("@") ? username.substring(1) : username;
  }

  /** Turns the library's name of a value, {@code apiHash}, into the column's, {@code api_hash}. */
  public static String column(String name) {
    return HUMP.matcher(name).replaceAll("_").toLowerCase(Locale.ROOT);
  }

  /**
   * Words a complaint of the library with the column's name, which users know. Such a complaint
   * begins with the name of the value, and never repeats the value itself.
   */
  public static String complaint(IllegalArgumentException error) {
    String[] words = String.valueOf(error.getMessage()).split(" ", 2);
    return column(words[0]) + (words.length > 1 ? " " + words[1] : "");
  }
}
