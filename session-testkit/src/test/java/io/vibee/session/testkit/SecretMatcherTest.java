package io.vibee.session.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecretMatcherTest {
  private static final String HASH = TestSessions.apiHash("1").exposeSecret();
  private static final String PASSWORD = "p\"ass/w\\ord >?é~ 1+%";

  static Stream<String> forms() {
    return Stream.of(HASH, PASSWORD).flatMap(SecretMatcherTest::forms);
  }

  private static Stream<String> forms(String secret) {
    byte[] bytes = secret.getBytes(UTF_8);
    Base64.Encoder url = Base64.getUrlEncoder();
    return Stream.of(
        secret,
        HexFormat.of().formatHex(bytes),
        HexFormat.of().withUpperCase().formatHex(bytes),
        Base64.getEncoder().encodeToString(bytes),
        Base64.getEncoder().withoutPadding().encodeToString(bytes),
        url.encodeToString(bytes),
        url.withoutPadding().encodeToString(bytes),
        Base64.getEncoder().encodeToString(("u:" + secret).getBytes(UTF_8)),
        Base64.getEncoder().encodeToString(("user:" + secret + ";").getBytes(UTF_8)),
        Base64.getEncoder().encodeToString(("me:" + secret + ";;").getBytes(UTF_8)),
        URLEncoder.encode(secret, UTF_8),
        URLEncoder.encode(secret, UTF_8).replace("+", "%20"),
        Pattern.compile("%..")
            .matcher(URLEncoder.encode(secret, UTF_8))
            .replaceAll(code -> code.group().toLowerCase(Locale.ROOT)),
        secret.replace("\\", "\\\\").replace("\"", "\\\""));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void findsAndMasks(String form) {
    SecretMatcher secrets = SecretMatcher.EMPTY.with("hash", HASH).with("password", PASSWORD);

    assertThat(secrets.find("before " + form + " after")).hasSize(1);
    assertThat(secrets.mask("before " + form + " after"))
        .matches("before (\\S{0,7}\\*\\*\\*\\S{0,5}) after");
  }

  @Test
  void findsAHashInTheOtherCase() {
    SecretMatcher secrets = SecretMatcher.EMPTY.with("hash", HASH);

    assertThat(secrets.find(HASH.toUpperCase(Locale.ROOT))).containsExactly("hash");
  }

  @Test
  void findsSeveralInOneText() {
    SecretMatcher secrets = SecretMatcher.EMPTY.with("hash", HASH).with("password", PASSWORD);

    assertThat(secrets.find(PASSWORD + HASH + HASH)).containsExactly("password", "hash");
    assertThat(secrets.mask(PASSWORD + ", " + HASH + "é" + HASH)).isEqualTo("***, ***é***");
  }

  @Test
  void findsNoPartOfASecret() {
    SecretMatcher secrets = SecretMatcher.EMPTY.with("hash", HASH);

    assertThat(secrets.find(HASH.substring(1) + " " + HASH.substring(0, 31))).isEmpty();
    assertThat(secrets.find("")).isEmpty();
    assertThat(SecretMatcher.EMPTY.find("anything at all")).isEmpty();
  }

  @Test
  void keepsTheFirstNameOfASecret() {
    SecretMatcher secrets = SecretMatcher.EMPTY.with("first", HASH).with("second", HASH);

    assertThat(secrets.find(HASH)).containsExactly("first");
  }

  @Test
  void knowsHowMuchMayBeTheBeginningOfASecret() {
    SecretMatcher secrets = SecretMatcher.EMPTY.with("hash", HASH);

    assertThat(unfinished(secrets, "text " + HASH.substring(0, 31))).isEqualTo(31);
    assertThat(unfinished(secrets, HASH.substring(0, 31) + "\n")).isZero();
    assertThat(unfinished(secrets, "")).isZero();
  }

  private static int unfinished(SecretMatcher secrets, String text) {
    return secrets.unfinished(text.getBytes(UTF_8));
  }
}
