package io.vibee.session.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vibee.session.StoredTexts;
import io.vibee.session.cli.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches a terminal, where a stored text may hold anything. */
class OutputTest {
  private static final String HOSTILE = "[\\p{Cc}\\p{Cf}\\p{Cs}\\x{2028}\\x{2029}&&[^\\n]]";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b[31mred", // a colour
        "\u001b]0;title\u0007", // the window's title
        "\u001b]8;;http://example.org\u001b\\link", // a link
        "\u001bP+q\u001b\\", // a device control string
        "\u009b31m", // the same in one byte
        "\u001bc", // a reset
        "a\rb\nc\td\u0000e\b", // over the line
        "\u202egpj.exe", // turned round
        "\u200bzero\u200fwidth\ufeff",
        "line\u2028separator",
        "\ud800lone",
        "\u001b", // nothing follows
      })
  void showsNoControlOverTheTerminal(String text) throws Exception {
    assertThat(StoredTexts.printableLine(text))
        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\x{2028}\\x{2029}]");
    assertThat(StoredTexts.printableLine("\u001b[2Jx")).isEqualTo("\uFFFDx");
    String json = Json.pretty(Map.of("name", text));
    assertThat(json).doesNotContainPattern(HOSTILE);
    if (!text.startsWith("\ud800")) {
      assertThat(new ObjectMapper().readTree(json).path("name").asText()).isEqualTo(text);
      assertThat(new ObjectMapper().readTree(Json.line(List.of(text))).get(0).asText())
          .isEqualTo(text);
    }
  }

  @Test
  void leavesOtherLettersAsTheyAre() {
    assertThat(StoredTexts.printableLine("Ünïcødé Кириллица 漢字 😀"))
        .isEqualTo("Ünïcødé Кириллица 漢字 😀");
  }

  @Test
  void alignsWideLettersAndCutsToTheTerminal() {
    assertThat(TextTable.width("漢字")).isEqualTo(4);
    assertThat(TextTable.width("e\u0301")).isEqualTo(1);
    TextTable table = new TextTable("NAME", "TYPE");
    table.add("漢字", "x");
    table.add("a".repeat(60), "y");
    assertThat(print(table, 30).lines()).allMatch(line -> TextTable.width(line) <= 30);
    assertThat(print(table, 30)).contains("aaa…  y");
    assertThat(print(table, Integer.MAX_VALUE)).contains("a".repeat(60) + "  y");
    assertThat(print(table, 5)).as("too narrow for anything").contains("aaaa…  y");
  }

  @Test
  void masksPhones() {
    assertThat(Format.maskedPhone("+10005550123")).isEqualTo("+1000***0123");
    assertThat(Format.maskedPhone("+1000555")).isEqualTo("***");
    assertThat(Format.maskedPhone(null)).isEqualTo("-");
  }

  private static String print(TextTable table, int columns) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, UTF_8);
    table.print(out, columns);
    return bytes.toString(UTF_8);
  }
}
