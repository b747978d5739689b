package io.vibee.session.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What old backups rely on: names, order and forms of a session's fields. */
class BackupLineTest {
  private static final List<String> CHATS =
      List.of("-1001234567890", "some_channel", "[1]", "99999999999999999999", "007");

  @Test
  void keepsTheHashAndChatsAsTheyAreForABackup() {
    Session session =
        Session.builder("1", "sess_1", 5, Secret.of("made_up")).targetChats(CHATS).build();
    assertThat(BackupLine.session(session))
        .isEqualTo(
            "{\"user_id\":\"1\",\"session_id\":\"sess_1\",\"api_id\":5,\"api_hash\":\"made_up\","
                + "\"username\":null,\"phone\":null,\"is_active\":true,\"is_authorized\":false,"
                + "\"digital_twin_enabled\":false,\"auto_reply_enabled\":true,\"target_chats\":"
                + "[\"-1001234567890\",\"some_channel\",\"[1]\",\"99999999999999999999\",\"007\"],"
                + "\"created_at\":null,\"updated_at\":null}");
  }
}
