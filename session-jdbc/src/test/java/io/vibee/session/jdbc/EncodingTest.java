package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionBuilder;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionStore;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A database whose encoding lacks characters that Telegram's names have. */
class EncodingTest {
  private static final String CYRILLIC = "\u0418\u0432\u0430\u043d";

  private static JdbcSessionStore store;

  @BeforeAll
  static void open() {
    TestDatabase database = Postgres.NEWEST.createDatabaseIn("WIN1252");
    store = database.store();
  }

  @AfterAll
  static void close() {
    store.close();
  }

  private static void refuses(String name, UnaryOperator<SessionBuilder> change) {
    Session session = change.apply(TestSessions.session("1").toBuilder()).build();
    assertNames(name, () -> store.save(session));
    assertNames(name, () -> store.edit(SessionEdit.of(session).build()));
    assertThat(store.findByUserId("1")).isEmpty();
  }

  private static void assertNames(String name, Runnable call) {
    assertThatThrownBy(call::run)
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(name + " has a character that the database's encoding, WIN1252, ")
        .hasMessageNotContaining(CYRILLIC);
  }

  @Test
  void namesTheValueThatItsEncodingLacksACharacterOf() {
    refuses("userId", session -> session.userId(CYRILLIC));
    refuses("sessionId", session -> session.sessionId(CYRILLIC));
    refuses("username", session -> session.username(CYRILLIC));
    refuses("phone", session -> session.phone(CYRILLIC));
    refuses("targetChats", session -> session.targetChats(List.of(CYRILLIC)));
    refuses("apiHash", session -> session.apiHash(Secret.of(CYRILLIC)));
    refuses("username", session -> session.username(CYRILLIC).targetChats(List.of(CYRILLIC)));
  }

  @Test
  void editsAsItAdds() {
    store.save(TestSessions.session("2"));
    assertNames("phone", () -> store.edit(SessionEdit.of("2").phone(CYRILLIC).build()));
    store.edit(SessionEdit.of("2").username("Jos\u00e9").build());
    assertThat(store.findByUserId("2")).map(Session::username).contains("Jos\u00e9");
  }

  @Test
  void isolatesThemAmongMany() {
    List<String> settled = new ArrayList<>();
    store.editAll(
        Stream.of("31", CYRILLIC, "32", "33", "34", "35")
            .map(TestSessions::session)
            .map(
                session ->
                    switch (session.userId()) {
                      case "32" -> session.toBuilder().username(CYRILLIC).build();
                      case "34" -> session.toBuilder().sessionId(CYRILLIC).build();
                      default -> session;
                    })
            .map(session -> SessionEdit.of(session).build())
            .toList(),
        saved -> settled.add(saved.outcome() + " " + saved.session().userId()),
        refused -> settled.add(String.valueOf(refused.reason().getMessage())));
    assertThat(settled)
        .extracting(one -> one.replaceFirst(" has a character .*", ""))
        .containsExactly(
            "CREATED 31", "userId", "username", "CREATED 33", "sessionId", "CREATED 35");
  }

  @Test
  void takesThemWhereTheEncodingIsUtf8() {
    TestDatabase database = TestDatabase.fresh(Postgres.NEWEST);
    try (SessionStore utf8 = database.store()) {
      utf8.save(TestSessions.session("1").toBuilder().username(CYRILLIC).build());
      assertThat(utf8.findByUserId("1")).map(Session::username).contains(CYRILLIC);
    }
  }
}
