package io.vibee.session;

import java.util.function.Consumer;

/** The sources over a store, which differ in what they ask of it. */
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
