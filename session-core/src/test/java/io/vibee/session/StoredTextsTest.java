package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoredTextsTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "sess_1", "Ünï🙂", "a b"})
  void whatPostgresStores(String text) {
    assertThat(StoredTexts.canBeStored(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "a\0b", "\uD83D", "\uDE42", "\uDE42\uD83D"})
  void whatPostgresCannotStore(String text) {
    assertThat(StoredTexts.canBeStored(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ops", "token:ops Ünï🙂 'x'; --", " x"})
  void takesActorsAndTypes(String text) {
    assertThat(StoredTexts.requireActor(text)).isEqualTo(text);
    assertThat(StoredTexts.requireActivityType(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\u2003\t", "a\nb", "a\0b"})
  void refusesActorsAndTypes(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredTexts.requireActor(text))
        .withMessage("the actor must have 1 to 100 characters, none of them a control character");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredTexts.requireActivityType(text))
        .withMessage(
            "the activity type must have 1 to 50 characters, none of them a control character");
  }

  @Test
  void countsCharactersNotHalvesOfThem() {
    assertThat(StoredTexts.requireActor("🙂".repeat(100))).hasSize(200);
    assertThat(StoredTexts.requireActivityType("🙂".repeat(50))).hasSize(100);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredTexts.requireActor("x".repeat(101)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredTexts.requireActivityType("x".repeat(51)));
  }

  @Test
  void refusesDetailsByTheirBytes() {
    String longest = "x".repeat(Activity.MAX_DETAILS_BYTES);
    assertThat(StoredTexts.requireDetails(longest)).isEqualTo(longest);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredTexts.requireDetails(longest.substring(1) + "é"))
        .withMessageContaining("must not be longer than");
  }

  @Test
  void refusesDetailsWithAZeroUnlessItsBackslashIsEscaped() {
    assertThat(StoredTexts.requireDetails("{\"a\":\"\\\\u0000\"}")).isNotEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredTexts.requireDetails("{\"a\":\"\\u0000\"}"))
        .withMessage("the details must not contain a zero character");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredTexts.requireDetails("{\"a\":\"\\\\\\u0000\"}"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, -1",
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808"
  })
  void readsNumbers(String chat, long number) {
    assertThat(StoredTexts.chatNumber(chat)).hasValue(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", "-0", "01", "+1", "1.0", "1e3", " 1", "1 ", "٣", "9223372036854775808"})
  void readsNoNumbersOfOtherForms(String chat) {
    assertThat(StoredTexts.chatNumber(chat)).isEmpty();
  }
}
