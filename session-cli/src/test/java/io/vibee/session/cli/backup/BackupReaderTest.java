package io.vibee.session.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.cli.terminal.FailedException;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is inside a backup, once it is decrypted. */
public class BackupReaderTest {
  public static final String HEADER =
      "{\"format\":\"vibee-session-backup\",\"version\":1,\"created_at\":\"2026-11-22T00:00:00Z\"}";
  public static final String SESSION =
      "{\"user_id\":\"1\",\"session_id\":\"sess_1\",\"api_id\":1,\"api_hash\":\"made_up\","
          + "\"username\":null,\"phone\":null,\"is_active\":true,\"is_authorized\":false,"
          + "\"digital_twin_enabled\":false,\"auto_reply_enabled\":true,\"target_chats\":[]}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "H,S | its end is missing",
        "H,S,{\"sessions\":2} | another number of sessions",
        "H,S,S,{\"sessions\":2} | twice",
        "H,S,{\"sessions\":1},S | something follows its end",
        "S,{\"sessions\":1} | not a backup of vibee-session",
        "H,not json,{\"sessions\":1} | line 2: it is not a JSON object",
        "H,{\"user_id\":5},{\"sessions\":1} | user_id must be a text",
        "V2,S,{\"sessions\":1} | another version",
        "BAD,{\"sessions\":1} | not a backup",
        "H,SPACE,{\"sessions\":1} | line 2: user_id must not contain white space",
      })
  void refusesWhatExportDidNotWrite(String lines, String problem) throws Exception {
    String text =
        lines
            .strip()
            .replace(",{\"sessions", "\n{\"sessions")
            .replace(",{\"user_id\":5}", "\n{\"user_id\":5}")
            .replace(",S", "\nS")
            .replace(",not json", "\nnot json");
    StringBuilder content = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      content
          .append(
              switch (line) {
                case "H" -> HEADER;
                case "V2" -> HEADER.replace("\"version\":1", "\"version\":2");
                case "BAD" -> "{}";
                case "S" -> SESSION;
                case "SPACE" -> SESSION.replace("\"user_id\":\"1\"", "\"user_id\":\"1 2\"");
                default -> line;
              })
          .append('\n');
    }
    BackupReader reader = new BackupReader();
    reader.readAll(new ByteArrayInputStream(content.toString().getBytes(UTF_8)));
    assertThatThrownBy(reader::sessions)
        .isInstanceOf(FailedException.class)
        .hasMessageContaining(problem.strip())
        .hasNoCause();
  }
}
