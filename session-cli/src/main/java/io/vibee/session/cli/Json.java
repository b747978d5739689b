package io.vibee.session.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes one JSON document, fit for a terminal too. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\x{2028}\\x{2029}&&[^\\n]]");

  private Json() {}

  /** Maps, lists, texts, numbers, booleans and null, over several lines. */
  static String pretty(@Nullable Object value) {
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

  /** The same in one line. */
  static String line(@Nullable Object value) {
    try {
      return escaped(MAPPER.writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not a value of JSON", e);
    }
  }

  /** Such characters stand within texts alone, where they may be written by their number. */
  private static String escaped(String json) {
    return UNSEEN.matcher(json).replaceAll(found -> escape(found.group()));
  }

  private static String escape(String characters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < characters.length(); i++) {
      // Twice: it is a replacement, in which one means the next character.
      text.append(String.format(Locale.ROOT, "\\\\u%04x", (int) characters.charAt(i)));
    }
    return text.toString();
  }
}
