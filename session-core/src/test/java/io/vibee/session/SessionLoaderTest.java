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
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks which source wins, exactly as the table says, and that a broken one is never replaced. */
class SessionLoaderTest {
  private static final String LEGACY =
      " TELEGRAM_SESSION_ID=sess_env TELEGRAM_API_ID=1 TELEGRAM_API_HASH=made_up";

  private final List<String> warnings = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Logger logger = Logger.getLogger(SessionLoader.class.getName());
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          String line = new java.util.logging.SimpleFormatter().formatMessage(record);
          (record.getLevel().equals(Level.INFO) ? notes : warnings).add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
  }

  private static Map<String, String> environment(String assignments) {
    Map<String, String> environment = new HashMap<>();
    for (String assignment : assignments.strip().split("\\s+", -1)) {
      String[] pair = assignment.split("=", 2);
      if (pair.length == 2) environment.put(pair[0], pair[1]);
    }
    return environment;
  }

  private static LoadedSessions load(String assignments) {
    try (SessionLoader loader = SessionLoader.fromEnvironment(environment(assignments))) {
      return loader.load();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // variables | mode | loaded users | passed over
        "MULTI_TENANT=true DATABASE_URL=fake:a,b | multi-tenant | a b |",
        "MULTI_TENANT=TRUE DATABASE_URL=fake:a,b | multi-tenant | a b |",
        "MULTI_TENANT=true DATABASE_URL=fake: | multi-tenant | '' |",
        "MULTI_TENANT=true USER_ID=a DATABASE_URL=fake:a,b | multi-tenant | a b | USER_ID",
        "MULTI_TENANT=true TELEGRAM_SESSION_ID=x USER_ID=a DATABASE_URL=fake:a | multi-tenant | a | USER_ID, TELEGRAM_SESSION_ID",
        "USER_ID=b DATABASE_URL=fake:a,b | single-db | b |",
        "MULTI_TENANT=false USER_ID=b DATABASE_URL=fake:a,b | single-db | b |",
        "MULTI_TENANT= USER_ID=b DATABASE_URL=fake:a,b | single-db | b |",
        "USER_ID=b TELEGRAM_SESSION_ID=x DATABASE_URL=fake:a,b | single-db | b | TELEGRAM_SESSION_ID",
        "TELEGRAM_SESSION_ID=s TELEGRAM_API_ID=1 TELEGRAM_API_HASH=h | single-env | env-1 |",
        "TELEGRAM_SESSION_ID=s TELEGRAM_API_ID=1 TELEGRAM_API_HASH=h USER_ID= | single-env | env-1 |",
        "TELEGRAM_SESSION_ID=s TELEGRAM_API_ID=1 TELEGRAM_API_HASH=h DATABASE_URL=fake:a | single-env | env-1 | DATABASE_URL",
        "DATABASE_URL=fake:a | auto | a |",
        "DATABASE_URL=fake:a TELEGRAM_SESSION_ID_2=s | auto | a | TELEGRAM_SESSION_ID_2",
        "DATABASE_URL=fake:a,-b,-c | auto | a |",
        "SESSION_SOURCE=multi-tenant USER_ID=a DATABASE_URL=fake:a,b | multi-tenant | a b |",
        "SESSION_SOURCE=user MULTI_TENANT=true USER_ID=a DATABASE_URL=fake:a,b | single-db | a |",
        "SESSION_SOURCE=env MULTI_TENANT=true TELEGRAM_SESSION_ID=s TELEGRAM_API_ID=1 TELEGRAM_API_HASH=h | single-env | env-1 |",
        "SESSION_SOURCE=single-db MULTI_TENANT=true USER_ID=a DATABASE_URL=fake:a,b | single-db | a |",
        "SESSION_SOURCE=single-env USER_ID=a TELEGRAM_SESSION_ID=s TELEGRAM_API_ID=1 TELEGRAM_API_HASH=h | single-env | a |",
        "SESSION_SOURCE=auto USER_ID=b MULTI_TENANT=true DATABASE_URL=fake:a | auto | a |",
      })
  void loadsFromTheFirstSourceThatIsSet(
      String variables, String mode, String users, String passedOver) {
    LoadedSessions loaded = load(variables);
    assertThat(loaded.report().mode()).isEqualTo(mode);
    assertThat(loaded)
        .extracting(Session::userId)
        .containsExactly(users.isEmpty() ? new String[0] : users.split(" "));
    assertThat(loaded.report().loaded()).isEqualTo(loaded.sessions().size());
    assertThat(loaded.size()).isEqualTo(loaded.sessions().size());
    assertThat(loaded.isEmpty()).isEqualTo(users.isEmpty());
    if (passedOver == null) {
      assertThat(warnings).isEmpty();
    } else {
      assertThat(warnings).singleElement().asString().contains("passed over: " + passedOver + ";");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MULTI_TENANT=yes DATABASE_URL=fake:a | MisconfiguredException | MULTI_TENANT must be true or false",
        "MULTI_TENANT=1 | MisconfiguredException | MULTI_TENANT must be true or false",
        "MULTI_TENANT=true | MisconfiguredException | DATABASE_URL is not set",
        "USER_ID=a | MisconfiguredException | DATABASE_URL is not set",
        "USER_ID=a DATABASE_URL=other:x | MisconfiguredException | DATABASE_URL has an unknown form",
        "USER_ID=zz DATABASE_URL=fake:a | SessionNotFoundException | no session of user zz",
        "USER_ID=b DATABASE_URL=fake:a,-b | SessionInactiveException | not active",
        "USER_ID=b DATABASE_URL=fake:a,!b | UnreadableSessionException | cannot be decrypted",
        "USER_ID=a DATABASE_URL=fake:down | StoreUnavailableException | down",
        "MULTI_TENANT=true DATABASE_URL=fake:down | StoreUnavailableException | down",
        "MULTI_TENANT=true DATABASE_URL=fake:!a,!b | UnreadableSessionException | sess_a",
        "DATABASE_URL=fake:a,b | AmbiguousSessionException | set USER_ID",
        "DATABASE_URL=fake:a,!b | AmbiguousSessionException | MULTI_TENANT=true",
        "DATABASE_URL=fake:!a | UnreadableSessionException | sess_a",
        "DATABASE_URL=fake: | SessionNotFoundException | no active session",
        "DATABASE_URL=fake:-a | SessionNotFoundException | no active session",
        "DATABASE_URL=fake:down | StoreUnavailableException | down",
        "SESSION_SOURCE=multi-tenant MULTI_TENANT=yes DATABASE_URL=fake:a | MisconfiguredException | MULTI_TENANT must be true or false",
        "TELEGRAM_SESSION_ID_2=s | MisconfiguredException | TELEGRAM_SESSION_ID is not",
        "USER_ID=b DATABASE_URL=fake:a,~b | SessionInactiveException | not active",
        "SESSION_SOURCE=database | MisconfiguredException | SESSION_SOURCE must be",
        "SESSION_SOURCE=user DATABASE_URL=fake:a | MisconfiguredException | USER_ID is not set",
        "SESSION_SOURCE=env DATABASE_URL=fake:a | MisconfiguredException | TELEGRAM_SESSION_ID is not set",
        "SESSION_SOURCE=auto | MisconfiguredException | DATABASE_URL is not set",
        "TELEGRAM_SESSION_ID=s TELEGRAM_API_ID=1 | MisconfiguredException | TELEGRAM_API_HASH is not set",
        "TELEGRAM_SESSION_ID=s TELEGRAM_API_HASH=h | MisconfiguredException | TELEGRAM_API_ID is not set",
      })
  void neverFallsBackFromWhatIsConfiguredAndBroken(
      String variables, String exception, String message) {
    for (String legacy :
        variables.contains("TELEGRAM")
                || variables.contains("SESSION_SOURCE=env")
                || !variables.matches(".*(MULTI_TENANT|USER_ID|SESSION_SOURCE)=.*")
            ? List.of("")
            : List.of("", LEGACY)) {
      assertThatThrownBy(() -> load(variables + legacy))
          .as(variables + legacy)
          .isInstanceOf(SessionException.class)
          .hasMessageContaining(message)
          .extracting(e -> e.getClass().getSimpleName())
          .isEqualTo(exception);
    }
  }

  @Test
  void listsEverySourceWhenNothingIsConfigured() {
    assertThatThrownBy(() -> load("PATH=/bin"))
        .isInstanceOfSatisfying(
            NotConfiguredException.class,
            e ->
                assertThat(e.attempts())
                    .extracting(SourceAttempt::mode)
                    .containsExactly("multi-tenant", "single-db", "single-env", "auto"))
        .hasMessageContainingAll(
            "MULTI_TENANT=true", "USER_ID", "TELEGRAM_SESSION_ID", "DATABASE_URL");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MULTI_TENANT=yes SESSION_SOURCE=all | MULTI_TENANT must be; SESSION_SOURCE must be",
        "MULTI_TENANT=yes USER_ID='1' DATABASE_URL=x | MULTI_TENANT must be; USER_ID: the value is in quotes; DATABASE_URL has an unknown form",
        "SESSION_SOURCE=user | USER_ID is not set; DATABASE_URL is not set",
        "USER_ID_FILE=/x | USER_ID_FILE is not read; DATABASE_URL is not set",
        "MULTI_TENANT=true DATABASE_URL_FILE=/none/of/these | DATABASE_URL_FILE: there is no such file",
        "MULTI_TENANT='true' SESSION_SOURCE=\"env\" | MULTI_TENANT: the value is in quotes; SESSION_SOURCE: the value is in quotes",
        "TELEGRAM_SESSION_ID=s | TELEGRAM_API_ID is not set; TELEGRAM_API_HASH is not set",
      })
  void saysAllFaultsAtOnce(String variables, String problems) {
    assertThatThrownBy(() -> load(variables))
        .isInstanceOfSatisfying(
            MisconfiguredException.class,
            e -> {
              assertThat(e.problems()).hasSameSizeAs(problems.split("; ", -1));
              assertThat(e).hasMessageContainingAll(problems.split("; ", -1));
            });
  }

  @Test
  void readsTheUrlFromAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("url"), "fake:a\n");
    assertThat(load("DATABASE_URL_FILE=" + file)).extracting(Session::userId).containsExactly("a");
    assertThat(load("TELEGRAM_SESSION_ID_2=s DATABASE_URL_FILE=" + file).report().mode())
        .isEqualTo("auto");
    warnings.clear();
    load(LEGACY + " DATABASE_URL_FILE=" + file);
    assertThat(warnings).singleElement().asString().contains("passed over: DATABASE_URL_FILE;");
    try (SessionStore store =
        SessionStore.fromEnvironment(environment("DATABASE_URL_FILE=" + file))) {
      assertThat(store.findByUserId("a")).isPresent();
    }
  }

  @Test
  void reportsAndLogsWhatItSkips() {
    LoadedSessions loaded = load("MULTI_TENANT=true DATABASE_URL=fake:a,!b,c");
    assertThat(loaded).extracting(Session::userId).containsExactly("a", "c");
    assertThat(loaded.report().unreadable())
        .extracting(UnreadableSession::userId)
        .containsExactly("b");
    assertThat(warnings).singleElement().asString().contains("sess_b", "key version 3");
    assertThat(notes)
        .singleElement()
        .asString()
        .matches("loaded 2 sessions in [0-9]+ ms \\(mode=multi-tenant\\), skipped 1");
  }

  @Test
  void listsNoMoreThanTwentyOfThoseThatItSkips() {
    load("MULTI_TENANT=true DATABASE_URL=fake:a" + ",!b".repeat(50));
    assertThat(warnings).hasSize(21);
    assertThat(warnings.get(20)).contains("skipped 50 sessions");
  }

  @Test
  void leavesACallersStoreOpenAndGivesAccessToIt() {
    FakeStore store = new FakeStore("a");
    try (SessionLoader loader = SessionLoader.of(SessionSource.ofAllActive(store))) {
      assertThat(loader.store()).containsSame(store);
    }
    assertThat(store.closed).isFalse();
    try (SessionLoader loader = SessionLoader.fromEnvironment(environment(LEGACY))) {
      assertThat(loader.store()).isEmpty();
    }
  }

  @Test
  void closesTheStoreThatItOpened() {
    SessionLoader loader = SessionLoader.fromEnvironment(environment("DATABASE_URL=fake:a"));
    FakeStore store = (FakeStore) loader.store().orElseThrow();
    assertThat(store.closed).isFalse();
    loader.close();
    assertThat(store.closed).isTrue();
  }

  @Test
  void tellsWhereACallersSourceIs() {
    SessionSource vault =
        new SessionSource() {
          @Override
          public String description() {
            return "vault kv/agents";
          }

          @Override
          public void forEach(
              Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
            new FakeStore("a", "b").forEachActive(readable, unreadable);
          }
        };
    LoadedSessions loaded = SessionLoader.of(vault).load();
    assertThat(loaded).extracting(Session::userId).containsExactly("a", "b");
    assertThat(loaded.report().mode()).isEqualTo("vault kv/agents");
    assertThat(notes).singleElement().asString().contains("(mode=vault kv/agents)");
    assertThat(vault.store()).isEmpty();
    assertThat(vault.find("b")).map(Session::sessionId).contains("sess_b");
    assertThat(vault.find("c")).isEmpty();
    assertThat(vault.mayStart("b", Set.of("a"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // variables | user | running | may start
        "MULTI_TENANT=true DATABASE_URL=fake:a,b | b | a | true",
        "USER_ID=a DATABASE_URL=fake:a,b | a | | true",
        "USER_ID=a DATABASE_URL=fake:a,b | b | a | false",
        "DATABASE_URL=fake:a | a | | true",
        "DATABASE_URL=fake:a,b | a | | false",
        "DATABASE_URL=fake:a,!b | a | | false",
        "DATABASE_URL=fake:!a | a | | false",
        "DATABASE_URL=fake: | a | | false",
        "DATABASE_URL=fake:b | a | | false",
        "DATABASE_URL=fake:a | a | c | false",
      })
  void startsLaterWhatItWouldHaveLoaded(
      String variables, String user, @Nullable String running, boolean mayStart) {
    try (SessionLoader loader = SessionLoader.fromEnvironment(environment(variables))) {
      Set<String> users = running == null ? Set.of() : Set.of(running);
      assertThat(loader.source().mayStart(user, users)).isEqualTo(mayStart);
    }
  }

  @Test
  void passesOnWhatTheActionThrows() {
    RuntimeException thrown = new IllegalStateException("enough");
    try (SessionLoader loader = SessionLoader.fromEnvironment(environment("DATABASE_URL=fake:a"))) {
      assertThatThrownBy(
              () ->
                  loader.forEach(
                      session -> {
                        throw thrown;
                      }))
          .isSameAs(thrown);
    }
  }
}
