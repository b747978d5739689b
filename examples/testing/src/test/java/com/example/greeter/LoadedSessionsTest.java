package com.example.greeter;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionStore;
import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.postgres.SessionDatabaseExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Uses one database for the whole class, without an annotation. */
class LoadedSessionsTest {
  @RegisterExtension
  static final SessionDatabaseExtension DATABASE =
      SessionDatabaseExtension.builder()
          .perClass()
          .seed(store -> TestSessions.sessions(3).forEach(store::save))
          .build();

  @Test
  void comeInTheOrderOfAdding(SessionStore store) {
    List<Session> loaded = new ArrayList<>();
    store.forEachActive(loaded::add, unreadable -> {});

    assertThat(loaded)
        .usingRecursiveComparison()
        .withEqualsForType(Secret::equals, Secret.class)
        .ignoringFields("createdAt", "updatedAt", "revision", "keyVersion")
        .isEqualTo(TestSessions.sessions(3));
  }
}
