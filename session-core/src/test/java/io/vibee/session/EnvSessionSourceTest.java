package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvSessionSourceTest {
  private final Map<String, String> variables =
      new HashMap<>(
          Map.of(
              "TELEGRAM_SESSION_ID", "sess_1",
              "TELEGRAM_API_ID", "94892",
              "TELEGRAM_API_HASH", "made_up_hash"));

  private List<Session> sessions() {
    List<Session> sessions = new ArrayList<>();
    EnvSessionSource.of(variables)
        .forEach(
            sessions::add,
            unreadable -> {
              throw new AssertionError();
            });
    return sessions;
  }

  @Test
  void readsOneAccount() {
    variables.put("TELEGRAM_SESSION_1_PHONE", "+10005550123");
    variables.put("TELEGRAM_SESSION_1_USERNAME", "somebody");
    assertThat(sessions())
        .containsExactly(
            Session.builder("env-1", "sess_1", 94892, Secret.of("made_up_hash"))
                .phone("+10005550123")
                .username("somebody")
                .build());
  }

  @Test
  void readsNumberedAccountsInTheirOrderWithGaps() {
    variables.put("TELEGRAM_SESSION_ID_10", "sess_10");
    variables.put("TELEGRAM_SESSION_ID_2", "sess_2");
    variables.put("TELEGRAM_SESSION_2_PHONE", "+10005550124");
    variables.put("TELEGRAM_SESSION_ID_3", "");
    variables.put("TELEGRAM_API_ID_10", "7");
    variables.put("TELEGRAM_API_HASH_10", "another_hash");
    variables.put("USER_ID_10", "100200310");
    List<Session> sessions = sessions();
    assertThat(sessions)
        .extracting(Session::sessionId)
        .containsExactly("sess_1", "sess_2", "sess_10");
    assertThat(sessions).extracting(Session::userId).containsExactly("env-1", "env-2", "100200310");
    assertThat(sessions).extracting(Session::apiId).containsExactly(94892, 94892, 7);
    assertThat(sessions.get(1).phone()).isEqualTo("+10005550124");
    assertThat(sessions.get(2).apiHash()).isEqualTo(Secret.of("another_hash"));
  }

  @ParameterizedTest
  @CsvSource({
    "TELEGRAM_API_ID,0",
    "TELEGRAM_API_ID,-1",
    "TELEGRAM_API_ID,2147483648",
    "TELEGRAM_API_ID,99999999999999999999",
    "TELEGRAM_API_ID,12a",
    "TELEGRAM_API_ID,٣",
    "TELEGRAM_API_ID,' 1'",
    "TELEGRAM_API_HASH,'space at the end '",
    "TELEGRAM_API_HASH,'   '",
    "TELEGRAM_SESSION_ID,'sess 1'",
    "TELEGRAM_SESSION_ID_1,sess_x",
    "TELEGRAM_SESSION_ID_0,sess_x",
    "TELEGRAM_SESSION_ID_02,sess_x",
    "TELEGRAM_SESSION_ID_99999999999,sess_x",
    "TELEGRAM_SESSION_1_PHONE,012345678901234567890123456789012345678901234567890",
    "USER_ID,'1 2'"
  })
  void namesTheMalformedVariableAndNotItsValue(String name, String value) {
    variables.put(name, value);
    assertThatThrownBy(this::sessions)
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageStartingWith(name)
        .message()
        .doesNotContain(value.length() > 3 ? value : "\0");
  }

  @Test
  void saysAllFaultsAtOnceWithAnExampleOfEach() {
    variables.clear();
    variables.putAll(
        Map.of(
            "TELEGRAM_SESSION_ID", "sess 1",
            "TELEGRAM_SESSION_ID_2", "'sess_2'",
            "TELEGRAM_SESSION_ID_3_FILE", "/run/secrets/session",
            "TELEGRAM_SESSION_ID_04", "sess_4",
            "TELEGRAM_API_ID_2", "x",
            "USER_ID", "1 2"));
    assertThatThrownBy(this::sessions)
        .isInstanceOfSatisfying(
            MisconfiguredException.class,
            e ->
                assertThat(e.problems())
                    .containsExactlyInAnyOrder(
                        "TELEGRAM_SESSION_ID_04: the first account is TELEGRAM_SESSION_ID, further"
                            + " ones are numbered from 2",
                        "TELEGRAM_SESSION_ID: the value must not contain white space, as in"
                            + " TELEGRAM_SESSION_ID=sess_legacy0001",
                        "TELEGRAM_API_ID is not set: set it, as in TELEGRAM_API_ID=94892",
                        "TELEGRAM_API_HASH is not set: set it, as in"
                            + " TELEGRAM_API_HASH=fedcba9876543210fedcba9876543210",
                        "USER_ID: the value must not contain white space, as in USER_ID=100200300",
                        "TELEGRAM_SESSION_ID_2: the value is in quotes, which would be a part of"
                            + " it: remove them; a shell takes quotes away, docker --env-file keeps"
                            + " them",
                        "TELEGRAM_API_ID_2 must be a whole number from 1 to 2147483647, as in"
                            + " TELEGRAM_API_ID_2=94892",
                        "TELEGRAM_API_HASH_2 is not set: set it, as in"
                            + " TELEGRAM_API_HASH_2=fedcba9876543210fedcba9876543210",
                        "TELEGRAM_SESSION_ID_3_FILE is not read: put the value itself in"
                            + " TELEGRAM_SESSION_ID_3"))
        .hasMessageStartingWith("9 settings are wrong: (1) TELEGRAM_SESSION_ID_04: ")
        .hasMessageContaining("; (2) TELEGRAM_SESSION_ID: ");
  }

  @Test
  void readsHashesFromFiles(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("hash"), "hash_of_a_file\n");
    variables.remove("TELEGRAM_API_HASH");
    variables.put("TELEGRAM_API_HASH_FILE", file.toString());
    variables.put("TELEGRAM_SESSION_ID_2", "sess_2");
    assertThat(sessions()).extracting(Session::apiHash).containsOnly(Secret.of("hash_of_a_file"));
    Files.writeString(file, "hash_of_a_file\n\n");
    assertThatThrownBy(this::sessions).hasMessageStartingWith("TELEGRAM_API_HASH_FILE: the value");
  }

  @Test
  void refusesTheIdOfOneAppWithTheHashOfAnother() {
    variables.put("TELEGRAM_SESSION_ID_2", "sess_2");
    variables.put("TELEGRAM_API_ID_2", "777");
    assertThatThrownBy(this::sessions).hasMessageStartingWith("TELEGRAM_API_HASH_2 is not set");
  }

  @Test
  void treatsNullAsNotSet() {
    variables.put("TELEGRAM_SESSION_ID_2", null);
    assertThat(sessions()).hasSize(1);
  }

  @Test
  void refusesALineBreakFromAWindowsFile() {
    variables.put("TELEGRAM_API_HASH", "made_up_hash\r");
    assertThatThrownBy(this::sessions).hasMessageStartingWith("TELEGRAM_API_HASH");
  }

  @Test
  void refusesTheSameSessionTwice() {
    variables.put("TELEGRAM_SESSION_ID_2", "sess_1");
    assertThatThrownBy(this::sessions).hasMessageContaining("same session or user");
    variables.put("TELEGRAM_SESSION_ID_2", "sess_2");
    variables.put("USER_ID", "5");
    variables.put("USER_ID_2", "5");
    assertThatThrownBy(this::sessions).hasMessageContaining("same session or user");
  }

  @ParameterizedTest
  @CsvSource({
    "0123456789abcdef0123456789abcdef, true",
    "0123456789ABCDEF0123456789abcdef, true",
    "0123456789abcdef0123456789abcde, false",
    "0123456789abcdef0123456789abcdef0, false",
    "0123456789abcdef0123456789abcdeg, false",
    "client_api_hash, false",
    "٠123456789abcdef0123456789abcdef, false" // a digit of another script
  })
  void warnsOfAMalformedHashByItsSessionOnly(String hash, boolean telegrams) {
    assertThat(ApiHashForm.matches(Secret.of(hash))).isEqualTo(telegrams);
    variables.put("TELEGRAM_API_HASH", hash);
    variables.put("TELEGRAM_SESSION_ID_2", "sess_2");
    List<String> lines = new ArrayList<>();
    Thread own = Thread.currentThread();
    Logger logger = Logger.getLogger(EnvSessionSource.class.getName());
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            if (Thread.currentThread() == own) lines.add(new SimpleFormatter().formatMessage(line));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(handler);
    try {
      assertThat(sessions()).hasSize(2);
    } finally {
      logger.removeHandler(handler);
    }
    if (telegrams) {
      assertThat(lines).isEmpty();
    } else {
      assertThat(lines).containsExactly("session sess_1, sess_2: " + ApiHashForm.ADVICE);
    }
  }

  /** For callers that store the accounts, and ask for what is missing in their own words. */
  @Test
  void requiresUserIdsWhenAskedTo() {
    variables.put("TELEGRAM_SESSION_ID_2", "sess_2");
    variables.put("TELEGRAM_API_HASH_2", "made_up_hash");
    variables.put("TELEGRAM_API_ID", "0");
    assertThatThrownBy(() -> EnvSessionSource.withUserIds(variables))
        .isInstanceOfSatisfying(
            MisconfiguredException.class,
            e -> {
              assertThat(e.missing()).containsExactly("USER_ID", "TELEGRAM_API_ID_2", "USER_ID_2");
              assertThat(e.malformed())
                  .singleElement()
                  .asString()
                  .startsWith("TELEGRAM_API_ID must be a whole number");
              assertThat(e.problems()).hasSize(4);
            });
    variables.put("TELEGRAM_API_ID", "1");
    variables.put("TELEGRAM_API_ID_2", "2");
    variables.put("USER_ID", "100200300");
    variables.put("USER_ID_2", "100200301");
    List<String> userIds = new ArrayList<>();
    EnvSessionSource.withUserIds(variables)
        .forEach(session -> userIds.add(session.userId()), unreadable -> {});
    assertThat(userIds).containsExactly("100200300", "100200301");
  }
}
