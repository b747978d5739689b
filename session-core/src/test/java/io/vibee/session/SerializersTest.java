package io.vibee.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hands whatever holds a secret to code that writes objects out, and looks for the secret in what
 * it wrote: in the output, and in the error if it refused.
 */
class SerializersTest {
  private static final String HASH = "made_up_hash_0123456789abcdef";
  private static final Secret SECRET = Secret.of(HASH);

  /** What holds the text for anybody to see, to prove that each writer would find it. */
  static final class Open implements java.io.Serializable {
    private static final long serialVersionUID = 1;
    public final String text = HASH;

    @Override
    public String toString() {
      return text;
    }
  }

  /** A record of a caller's own. */
  record Held(Session session, Secret secret) {}

  private static Map<String, Object> values() {
    Session session =
        Session.builder("1", "sess_1", 94892, SECRET).targetChats(List.of("@chat")).build();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("Secret", SECRET);
    values.put("Session", session);
    values.put("SessionBuilder", session.toBuilder());
    values.put("SessionEdit", SessionEdit.of(session).build());
    values.put("SessionEditBuilder", SessionEdit.of(session));
    values.put("NewKey", NewKey.inDatabase(SECRET));
    values.put(
        "LoadedSessions",
        new LoadedSessions(
            List.of(session),
            new LoadReport("multi-tenant", 1, List.of(), List.of(), Duration.ZERO)));
    values.put("SaveResult<Session>", new SaveResult<>(session, SaveResult.Outcome.CREATED));
    values.put("Optional", Optional.of(session));
    values.put("List", List.of(SECRET, session));
    values.put("Map", Map.of("secret", SECRET));
    values.put("array", new Object[] {SECRET, session});
    values.put("record", new Held(session, SECRET));
    return values;
  }

  static Stream<Named<Writers.Write>> writers() {
    return Writers.all().entrySet().stream().map(w -> Named.of(w.getKey(), w.getValue()));
  }

  @ParameterizedTest
  @MethodSource("writers")
  void showNoSecret(Writers.Write writer) {
    assertThat(forms().filter(written(writer, new Open())::contains))
        .as("control: the text where nothing hides it")
        .isNotEmpty();
    values()
        .forEach(
            (name, value) -> {
              String written = written(writer, value);
              assertThat(written).as(name).isNotEmpty();
              assertThat(forms().filter(written::contains)).as("%s: %s", name, written).isEmpty();
            });
  }

  /** The text, and what it becomes on its way; without its end, which Kryo marks. */
  private static Stream<String> forms() {
    byte[] bytes = HASH.getBytes(UTF_8);
    String array = Arrays.toString(bytes);
    String base64 = Base64.getEncoder().encodeToString(bytes);
    return Stream.of(
        HASH.substring(0, HASH.length() - 1),
        HASH.toUpperCase(Locale.ROOT),
        HexFormat.of().formatHex(bytes),
        HexFormat.of().withUpperCase().formatHex(bytes),
        base64.substring(0, base64.length() - 4),
        array.substring(1, array.length() - 1),
        array.substring(1, array.length() - 1).replace(" ", ""),
        new String(HASH.getBytes(UTF_16BE), ISO_8859_1),
        new String(HASH.getBytes(UTF_16LE), ISO_8859_1),
        Integer.toHexString(HASH.hashCode()));
  }

  /** Returns what a writer wrote, each byte as a character, or its error with the causes. */
  private static String written(Writers.Write writer, Object value) {
    try {
      return new String(writer.of(value), ISO_8859_1);
    } catch (Exception | StackOverflowError e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      return trace.toString();
    }
  }
}
