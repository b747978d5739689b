package io.vibee.session.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DotenvLineTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "A=b|b",
        "export A=b|b",
        "  export   A=b  |b",
        "A=|~~",
        "A=''|~~",
        "A=b # comment|b",
        "A=b#c|b#c",
        "A= # comment|~~",
        "A=b c d|b c d",
        "A=x=y?z&w|x=y?z&w",
        "A=$HOME`id`$(id)|$HOME`id`$(id)",
        "A='; drop table x; --'|; drop table x; --",
        "A='$HOME \"q\" \\n'|$HOME \"q\" \\n",
        "A=\"a b\" # comment|a b",
        "A=\"say \\\"hi\\\" for \\$5 \\\\ \\n\"|say \"hi\" for $5 \\ \\n",
        "A='it'\\''s'|it's",
        "A=\"a\"'b'c|abc",
        "A=\\x|\\x",
        "A='#no comment'|#no comment",
        "A=ü🙂|ü🙂",
      })
  void readsTheValueAsItIs(String line, String value) {
    assertThat(DotenvLine.parse(line)).contains(new DotenvLine("A", value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "# A=b", "   # A=b"})
  void passesOverBlankLinesAndComments(String line) {
    assertThat(DotenvLine.parse(line)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A",
        "A = b",
        "use nix",
        "1A=b",
        "A-B=c",
        "A='b",
        "A=\"b",
        "A=\"b\\\"",
        "A='b' c",
        "=b",
        "rm -rf A=b"
      })
  void refusesOtherLines(String line) {
    assertThatThrownBy(() -> DotenvLine.parse(line)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void mergesTheFilesBelowTheEnvironment(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve(".envrc"), "use nix\nexport A=envrc\nexport B=envrc\nexport C=envrc\r\n");
    Files.writeString(folder.resolve(".env"), "A=env\nB=env\n");
    assertThat(DotenvFiles.merge(Map.of("A", "environment"), folder))
        .containsExactlyInAnyOrderEntriesOf(Map.of("A", "environment", "B", "env", "C", "envrc"));
    Files.writeString(folder.resolve(".env"), "\uFEFFA=b\n");
    assertThat(DotenvFiles.merge(Map.of(), folder)).containsEntry("A", "b");
    assertThat(DotenvFiles.merge(Map.of("A", "x"), folder.resolve("nowhere")))
        .isEqualTo(Map.of("A", "x"));
  }

  @Test
  void namesTheLineAndNotWhatItHolds(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve(".env"), "A=b\n\nTELEGRAM_API_HASH 'made_up_hash'\n");
    assertThatThrownBy(() -> DotenvFiles.merge(Map.of(), folder))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(".env line 3")
        .message()
        .doesNotContain("made_up_hash");
    Files.write(folder.resolve(".env"), new byte[] {'A', '=', (byte) 0xff});
    assertThatThrownBy(() -> DotenvFiles.merge(Map.of(), folder)).hasMessageContaining("UTF-8");
  }

  @Test
  void takesOnlyPlainAssignmentsFromAShellScript(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve(".envrc"),
        """
        use nix
        if [ -n "$PROD" ]; then
          export A=prod
        fi
        export B='$5 is a price; so'
        export C="$SECRET"
        export D=$(op read x)
        export E=`id`
        export F=1; export G=2
        export H='unclosed
        export I="semi;colon and \\$5"
        """);
    assertThat(DotenvFiles.merge(Map.of(), folder))
        .isEqualTo(Map.of("B", "$5 is a price; so", "I", "semi;colon and $5"));
  }
}
