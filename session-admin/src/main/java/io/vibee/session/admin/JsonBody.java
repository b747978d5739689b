package io.vibee.session.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the body of a request as a JSON object, and no more of it than may be there. */
final class JsonBody {
  static final int MAXIMUM = 64 * 1024;

  /**
   * The media type, without parameters or with this one: forms and plain text, which a foreign page
   * may send without asking, stay out.
   */
  private static final Pattern JSON =
      Pattern.compile("application/json *(; *charset=(utf-8|\"utf-8\") *)?");

  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

  private JsonBody() {}

  static ObjectNode read(Request request) throws IOException {
    requireJson(request.headers());
    @Nullable String length = request.headers().single("Content-Length");
    if (length != null && Long.parseLong(length) > MAXIMUM) throw tooLarge();
    byte[] bytes = request.body().readNBytes(MAXIMUM + 1);
    if (bytes.length > MAXIMUM) throw tooLarge();
    @Nullable String text = StrictText.utf8(bytes);
    if (text == null || text.startsWith("\uFEFF")) {
      throw Problem.of(400, "the body must be UTF-8 without a byte order mark");
    }
    return Json.readObject(text);
  }

  /**
   * Refuses a message whose end two parsers could see in different places, though the JDK's server
   * does so too, in its newer releases.
   */
  static void requireOneLength(RequestHeaders headers) {
    @Nullable String length = headers.single("Content-Length");
    @Nullable String coding = headers.single("Transfer-Encoding");
    if (length != null && (coding != null || !LENGTH.matcher(length).matches())) {
      throw Problem.of(400, "Content-Length must be one number, without Transfer-Encoding");
    }
  }

  /** A form of a foreign page names its type also when it sends nothing. */
  static void refuseForms(RequestHeaders headers) {
    if (headers.single("Content-Type") != null) requireJsonType(headers);
  }

  private static void requireJsonType(RequestHeaders headers) {
    @Nullable String type = headers.single("Content-Type");
    if (type == null || !JSON.matcher(type.toLowerCase(Locale.ROOT)).matches()) {
      throw Problem.of(415, "Content-Type must be application/json, in UTF-8")
          .with("Accept", "application/json");
    }
  }

  private static void requireJson(RequestHeaders headers) {
    requireJsonType(headers);
    @Nullable String encoding = headers.single("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw Problem.of(415, "the body must not be compressed").with("Accept-Encoding", "identity");
    }
  }

  private static Problem tooLarge() {
    return Problem.of(413, "the body must not be longer than " + MAXIMUM + " bytes");
  }
}
