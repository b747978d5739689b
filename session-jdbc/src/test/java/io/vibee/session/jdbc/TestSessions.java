package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionStore;
import io.vibee.session.jdbc.testing.Canary;

/** Made-up sessions whose hash is the canary. */
final class TestSessions {
  private TestSessions() {}

  static Session session(String userId) {
    return Session.builder(userId, "sess_" + userId, 94892, Secret.of(Canary.API_HASH))
        .phone("+10005550123")
        .build();
  }

  static void saveAndLoad(SessionStore store) {
    Session saved = store.save(session("100200300")).session();
    assertThat(store.findByUserId("100200300")).contains(saved);
  }
}
