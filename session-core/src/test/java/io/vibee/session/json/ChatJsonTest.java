package io.vibee.session.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which chats are numbers, objects or arrays in JSON, and which are texts whatever they look like.
 */
class ChatJsonTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "-1001234567890|-1001234567890",
        "9223372036854775807|9223372036854775807",
        "9223372036854775808|\"9223372036854775808\"",
        "007|\"007\"",
        "1.5|\"1.5\"",
        "true|\"true\"",
        "null|\"null\"",
        "@name|\"@name\"",
        "[1, 2]|[1,2]",
        "[1] group|\"[1] group\"",
        "[|\"[\"",
        "{\"a\": 1.50}|{\"a\":1.5}",
        "{}x|\"{}x\"",
        "{\"a\": 0.1234567890123456789}|{\"a\":0.1234567890123456789}",
      })
  void writesEachChatAsWhatItIs(String chat, String json) {
    assertThat(ChatJson.write(List.of(chat))).hasToString("[" + json + "]");
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 1_001, 200_000})
  void recognizesNumbersAsLongAsPostgresqlWritesThem(int digits) {
    String chat = "[" + "7".repeat(digits) + "]";
    assertThat(ChatJson.container(chat)).hasToString(chat);
    assertThat(ChatJson.container("[" + "7".repeat(200_001) + "]")).isNull();
  }

  @Test
  void readsTextsAsTheyAreAndEverythingElseAsItsJson() {
    assertThat(ChatJson.read("[-1001, \"@name\", {\"a\": 1}, [1], true, null, \"\"]"))
        .containsExactly("-1001", "@name", "{\"a\":1}", "[1]", "true", "null", "");
    assertThat(ChatJson.read("{\"a\": 1}")).containsExactly("{\"a\":1}");
    assertThat(ChatJson.read("null")).isEmpty();
  }

  @Test
  void quotesNothingOfWhatItCannotRead() {
    String deep = "[".repeat(1_001) + "]".repeat(1_001);
    for (String json : List.of("[\"made_up", "[1] made_up", deep)) {
      assertThatThrownBy(() -> ChatJson.read(json))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("not valid JSON")
          .hasNoCause();
    }
    assertThat(ChatJson.container(deep)).isNull();
  }
}
