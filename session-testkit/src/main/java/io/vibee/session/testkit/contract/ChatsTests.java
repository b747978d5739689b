package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Session;
import io.vibee.session.testkit.TestSessions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests what becomes of {@code target_chats}. */
abstract class ChatsTests extends SavingTests {

  private Session savedWith(String... chats) {
    return saved(TestSessions.builder("1").targetChats(List.of(chats)).build());
  }

  @Test
  void keepsChatsInTheirOrderWithRepetitions() {
    assertThat(savedWith("@b", "@a", "5", "@b", "4").targetChats())
        .containsExactly("@b", "@a", "5", "@b", "4");
    assertThat(found("1").targetChats()).containsExactly("@b", "@a", "5", "@b", "4");
    assertThat(savedWith("@a", "@b", "5", "@b", "4").revision()).as("another order").isEqualTo(2);
    assertThat(savedWith().targetChats()).isEmpty();
    assertThat(found("1").targetChats()).isEmpty();
  }

  @Test
  void keepsChatsThatAreNumbers() {
    String[] numbers = {
      "0",
      "1",
      "-1001234567890123",
      "9007199254740993",
      "9223372036854775807",
      "-9223372036854775808"
    };
    assertThat(savedWith(numbers).targetChats()).containsExactly(numbers);
    assertThat(found("1").targetChats()).containsExactly(numbers);
  }

  @Test
  void keepsChatsThatOnlyLookLikeNumbersOrJson() {
    String[] texts = {
      "9223372036854775808",
      "007",
      "-0",
      "+5",
      "1.5",
      "1e3",
      "٣",
      "",
      " 5",
      "null",
      "true",
      "\"x\"",
      "[x",
      "{",
      "[1] group",
      "{\"a\":1} group",
      "\\",
      "'"
    };
    assertThat(savedWith(texts).targetChats()).containsExactly(texts);
    assertThat(found("1").targetChats()).containsExactly(texts);
  }

  @Test
  void keepsChatsThatAreJson() {
    Session stored = savedWith("{\"id\": 5}", "[1, [\"ü🙂\", null], true]", "{}", "[]", "@name");
    assertThat(stored.targetChats().stream().map(chat -> chat.replace(" ", "")))
        .containsExactly("{\"id\":5}", "[1,[\"ü🙂\",null],true]", "{}", "[]", "@name");
    assertThat(found("1")).isEqualTo(stored);
    assertThat(saved(stored)).as("saved again as it was read").isEqualTo(stored);
  }
}
