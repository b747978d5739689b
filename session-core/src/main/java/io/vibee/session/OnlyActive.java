package io.vibee.session;

import org.jspecify.annotations.Nullable;

/** Finds the only active session, and stops the stream at the second one. */
final class OnlyActive {
  private @Nullable Session session;
  private @Nullable UnreadableSession unreadable;

  private OnlyActive() {}

  static Session of(SessionStore store) {
    OnlyActive found = new OnlyActive();
    store.forEachActive(
        session -> {
          found.requireFirst();
          found.session = session;
        },
        unreadable -> {
          found.requireFirst();
          found.unreadable = unreadable;
        });
    if (found.unreadable != null) throw new UnreadableSessionException(found.unreadable);
    if (found.session == null) throw SessionNotFoundException.noneActive();
    return found.session;
  }

  private void requireFirst() {
    if (session != null || unreadable != null) throw new AmbiguousSessionException();
  }
}
