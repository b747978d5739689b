package io.vibee.session.testkit.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.SessionStore;
import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.postgres.SessionDatabaseExtension;
import io.vibee.session.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Uses the builder in place of the annotation. */
public class BuilderSample {
  @RegisterExtension
  static final SessionDatabaseExtension DATABASE =
      SessionDatabaseExtension.builder()
          .seed(store -> store.save(TestSessions.session("1")))
          .seed(store -> store.deactivate(TestSessions.sessionId("1")))
          .build();

  @Test
  void seedsInOrder(SessionStore store) {
    assertThat(store.findByUserId("1").orElseThrow().active()).isFalse();
    store.delete(TestSessions.sessionId("1"));
  }

  @Test
  void hasADatabaseToItself(SessionStore store) {
    assertThat(store.findByUserId("1")).isPresent();
    store.delete(TestSessions.sessionId("1"));
  }

  /** Nested classes with their own extensions have their own databases. */
  public static class SiblingsSample {
    @Nested
    class First {
      @RegisterExtension
      static final SessionDatabaseExtension OWN =
          SessionDatabaseExtension.builder()
              .perClass()
              .seed(s -> s.save(TestSessions.session("1")))
              .build();

      @Test
      void hasItsOwnSeed(SessionStore store) {
        assertThat(store.findByUserId("1")).isPresent();
        assertThat(store.findByUserId("2")).isEmpty();
      }
    }

    @Nested
    class Second {
      @RegisterExtension
      static final SessionDatabaseExtension OWN =
          SessionDatabaseExtension.builder()
              .perClass()
              .seed(s -> s.save(TestSessions.session("2")))
              .build();

      @Test
      void hasItsOwnSeed(SessionStore store) {
        assertThat(store.findByUserId("1")).isEmpty();
        assertThat(store.findByUserId("2")).isPresent();
      }
    }
  }

  /** Shares one database in the whole class. */
  public static class SharedSample {
    @RegisterExtension
    static final SessionDatabaseExtension SHARED =
        SessionDatabaseExtension.builder().perClass().build();

    private static String name = "";

    @BeforeAll
    static void notesItsName(TestDatabase database) {
      name = database.name();
    }

    @Test
    void isShared(TestDatabase database) {
      assertThat(database.name()).isEqualTo(name);
    }

    /** Nested classes share it too. */
    @Nested
    class Inside {
      @Test
      void isShared(TestDatabase database) {
        assertThat(database.name()).isEqualTo(name);
      }
    }
  }
}
