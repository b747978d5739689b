package io.vibee.session.testkit.samples;

import io.vibee.session.SessionStore;
import io.vibee.session.testkit.contract.KeyRotationContract;
import io.vibee.session.testkit.contract.ManagedSessionStoreContract;
import io.vibee.session.testkit.contract.SessionChangesContract;
import io.vibee.session.testkit.contract.SessionLeasesContract;
import io.vibee.session.testkit.contract.SessionStoreContract;
import io.vibee.session.testkit.contract.UnreadableSessionsContract;
import io.vibee.session.testkit.memory.InMemorySessionStore;

/** Extends the contracts in a package of the store's author. */
public class ContractSample extends SessionStoreContract {
  @Override
  protected SessionStore createStore() {
    return new InMemorySessionStore();
  }

  /** A managed store. */
  public static class ManagedSample extends ManagedSessionStoreContract {
    @Override
    protected InMemorySessionStore createStore() {
      return new InMemorySessionStore();
    }
  }

  /** A store that keeps its keys. */
  public static class KeysSample extends KeyRotationContract<InMemorySessionStore> {
    @Override
    protected InMemorySessionStore createStore() {
      return new InMemorySessionStore();
    }
  }

  /** A store that agents share. */
  public static class LeasesSample extends SessionLeasesContract<InMemorySessionStore> {
    @Override
    protected InMemorySessionStore createStore() {
      return new InMemorySessionStore();
    }
  }

  /** A store with a feed. */
  public static class FeedSample extends SessionChangesContract<InMemorySessionStore> {
    @Override
    protected InMemorySessionStore createStore() {
      return new InMemorySessionStore();
    }
  }

  /** A store whose sessions can be damaged. */
  public static class UnreadableSample extends UnreadableSessionsContract {
    @Override
    protected SessionStore createStore() {
      return new InMemorySessionStore();
    }

    @Override
    protected void damage(SessionStore store, String sessionId) {
      ((InMemorySessionStore) store).faults().undecryptable(sessionId);
    }
  }
}
