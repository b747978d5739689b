package io.vibee.session;

import java.util.function.Consumer;

/** A source over a store; {@code query} is what it asks the store for. */
record StoreSessionSource(LoadMode mode, SessionStore store, Query query) implements SessionSource {

  @FunctionalInterface
  interface Query {
    void run(Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable);
  }

  @Override
  public void forEach(
      Consumer<? super Session> readable, Consumer<? super UnreadableSession> unreadable) {
    query.run(readable, unreadable);
  }

  @Override
  public void close() {
    store.close();
  }
}
