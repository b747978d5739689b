package io.vibee.session.cli.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes JSON in which no character has a meaning to a terminal. */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\x{2028}\\x{2029}&&[^\\n]]");

  private Json() {}

  /** Writes maps, lists, texts, numbers, booleans and null over several lines. */
  public static String pretty(@Nullable Object value) {
    try {
      String text =
          MAPPER
              .writer(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(value)
              .replace("\r\n", "\n");
      return escaped(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not a value of JSON", e);
    }
  }

  /** Writes the same values in one line. */
  public static String line(@Nullable Object value) {
    try {
      return escaped(MAPPER.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not a value of JSON", e);
    }
  }

  /** Such characters occur only within texts, where JSON allows their number instead. */
  private static String escaped(String json) {
    return UNSEEN.matcher(json).replaceAll(found -> escape(found.group()));
  }

  private static String escape(String characters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < characters.length(); i++) {
      // Doubled, since the matcher takes one backslash of a replacement away.
      text.append(String.format(Locale.ROOT, "\\\\u%04x", (int) characters.charAt(i)));
    }
    return text.toString();
  }
}
