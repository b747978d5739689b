package io.vibee.session.jdbc.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.jdbc.testing.CapturedLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Generated URLs, the same ones in each run: no crash, no hang, no leak. */
@Tag("slow")
class DatabaseUrlFuzzTest {
  /** In two halves, so that a password cut apart by a character that is not encoded shows too. */
  private static final String HEAD = "kNarYhead";

  private static final String TAIL = "kNarYtail";

  private static final int RUNS = 250_000;
  private static final int LONG_RUNS = 300;
  private static final int ROUND_TRIPS = 50_000;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final DatabaseUrl.Machine MACHINE = new DatabaseUrl.Machine("osuser", false);

  private static final List<String> SEEDS =
      List.of(
          "postgresql://u:" + HEAD + "%40" + TAIL + "@db.example.test:5433/app?sslmode=require",
          "postgres://u:" + HEAD + "!" + TAIL + "@[2001:db8::1]:5433,[::1]/app",
          "postgresql://a:1,b:2,c:3/app?target_session_attrs=any&user=u&password=" + HEAD + TAIL,
          "postgresql://u:"
              + HEAD
              + "/"
              + TAIL
              + "@h/app?channel_binding=require&connect_timeout=3",
          "postgresql://u:" + HEAD + "?" + TAIL + "@h/app?options=-c%20search_path%3Dx",
          "postgresql://h/app?sslpassword=" + HEAD + "&sslkey=/k&" + TAIL + "=1&require_auth=!md5",
          "jdbc:postgresql://h:5433/app?user=u&password="
              + HEAD
              + "%26"
              + TAIL
              + "&sslmode=require",
          "jdbc:postgresql://u:" + HEAD + "@" + TAIL + ":5432/app",
          "jdbc:postgresql://[::1],b:3/app?password=" + HEAD + "&" + TAIL + "&connectTimeout=3");

  private static final List<String> FRAGMENTS =
      List.of(
          "@",
          ":",
          "/",
          "//",
          "?",
          "#",
          "&",
          "=",
          "%",
          "%00",
          "%zz",
          "%ff",
          "%41",
          "+",
          ",",
          "[",
          "]",
          "[[::1]]",
          " ",
          "\n",
          "\u0000",
          "é",
          "🔑",
          "\uD83D",
          "\uDD11",
          "\u202E",
          "!",
          "'",
          "\"",
          "\\",
          "{0}",
          "%s",
          "$1",
          "host=",
          "port=99999",
          "sslmode=",
          "password=",
          "::",
          "postgresql://",
          "jdbc:postgresql:",
          "0",
          "-1",
          "99999999999",
          "ı",
          "İ",
          "٣");

  private final Random random = new Random(20_260_801);
  private CapturedLog logs;

  @BeforeEach
  void listen() {
    logs = new CapturedLog("");
  }

  @AfterEach
  void stopListening() {
    logs.close();
  }

  @Test
  void mutatedUrlsAreReadOrRefused() {
    assertTimeoutPreemptively(
        LIMIT,
        () -> {
          int read = 0;
          for (int i = 0; i < RUNS; i++) if (isRead(mutated())) read++;
          assertThat(read).as("some of each kind").isBetween(RUNS / 20, RUNS - RUNS / 20);
        });
    assertThat(logs.text()).doesNotContain(HEAD, TAIL);
  }

  @Test
  void randomTextIsReadOrRefused() {
    assertTimeoutPreemptively(
        LIMIT,
        () -> {
          for (int i = 0; i < RUNS / 5; i++) {
            isRead(randomText(random.nextInt(60)));
            isRead("postgresql://" + randomText(random.nextInt(60)));
            isRead("jdbc:postgresql://" + randomText(random.nextInt(60)));
          }
        });
    assertThat(logs.text()).isEmpty();
  }

  @Test
  void longUrlsAreReadOrRefused() {
    assertTimeoutPreemptively(
        LIMIT,
        () -> {
          for (int i = 0; i < LONG_RUNS; i++) isRead(longUrl());
        });
    assertThat(logs.text()).doesNotContain(HEAD, TAIL);
  }

  @Test
  void encodedPartsArriveExactly() {
    for (int i = 0; i < ROUND_TRIPS; i++) {
      String user = randomValue();
      String password = randomValue();
      String database = randomValue();
      String uri =
          "postgresql://%s:%s@h/%s".formatted(encode(user), encode(password), encode(database));
      String parameters =
          "postgresql://h?user=%s&password=%s&dbname=%s"
              .formatted(encode(user), encode(password), encode(database));
      String jdbc =
          "jdbc:postgresql://h/%s?user=%s&password=%s"
              .formatted(encode(database), encode(user), encode(password));

      for (String url : List.of(uri, parameters, jdbc)) {
        var read = DatabaseUrl.parse(url, MACHINE);
        assertThat(read.target().user()).isEqualTo(user);
        assertThat(read.target().driverProperties()).containsEntry("password", password);
        assertThat(read.target().database()).isEqualTo(database);
      }
    }
  }

  /** Anything but this one exception fails the test. */
  private static boolean isRead(String url) {
    try {
      var read = DatabaseUrl.parse(url, MACHINE);
      assertThat(read.target().user()).isNotEmpty();
      // Half a password may have become the database's name: then it is one, as psql sees it too.
      if (!read.target().database().contains("kNarY")
          && !read.target().hosts().toString().contains("kNarY")) {
        assertThat(read.toString()).doesNotContain("kNarY");
      }
      return true;
    } catch (MisconfiguredException e) {
      assertThat(e.toString()).doesNotContain("kNarY", HEAD, TAIL);
      assertThat(e.getCause()).isNull();
      return false;
    }
  }

  private String mutated() {
    var url = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
    for (int i = random.nextInt(4); i >= 0 && !url.isEmpty(); i--) mutate(url);
    return url.toString();
  }

  private void mutate(StringBuilder url) {
    int at = random.nextInt(url.length());
    int end = Math.min(url.length(), at + 1 + random.nextInt(6));
    switch (random.nextInt(7)) {
      case 0 -> url.deleteCharAt(at);
      case 1 -> url.delete(at, end);
      case 2 -> url.insert(at, url.substring(at, end));
      case 3 -> url.setLength(at);
      case 4 -> url.setCharAt(at, (char) random.nextInt(0x80));
      default -> url.insert(at, FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
    }
  }

  private String longUrl() {
    String prefix = random.nextBoolean() ? "postgresql://" : "jdbc:postgresql://";
    String unit = FRAGMENTS.get(random.nextInt(FRAGMENTS.size()));
    String body = unit.repeat(100_000 / unit.length());
    return switch (random.nextInt(5)) {
      case 0 -> prefix + body;
      case 1 -> prefix + "u:" + HEAD + body + TAIL + "@h/app";
      case 2 -> prefix + "h/app?password=" + HEAD + body + TAIL;
      case 3 -> prefix + "h" + body + ":5432/" + body;
      default -> SEEDS.get(random.nextInt(SEEDS.size())) + body;
    };
  }

  private String randomText(int length) {
    int limit = List.of(0x80, 0x100, 0x10000, Character.MAX_CODE_POINT).get(random.nextInt(4));
    return random
        .ints(length, 0, limit)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Any text that PostgreSQL could be given: no NUL, no lone surrogates. */
  private String randomValue() {
    String text = randomText(1 + random.nextInt(12));
    String value =
        text.codePoints()
            .filter(c -> c != 0 && !(c >= 0xD800 && c <= 0xDFFF))
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    return value.isEmpty() ? "x" : value;
  }

  private static String encode(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().withPrefix("%").formatHex(bytes);
  }

  /** The listener itself works: without this, silence would prove nothing. */
  @Test
  void logsAreHeard() {
    Logger.getLogger("org.postgresql.Driver").finest("heard");

    assertThat(logs.text()).contains("heard");
  }
}
