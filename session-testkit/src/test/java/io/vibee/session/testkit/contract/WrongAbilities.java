package io.vibee.session.testkit.contract;

import io.vibee.session.KeyRotation;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.util.Optional;

/** Stores that are asked in vain what else they can do. */
final class WrongAbilities {
  private WrongAbilities() {}

  static class AsksTheStoreInsideAlone extends ForwardingStore {
    AsksTheStoreInsideAlone(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public <T> Optional<T> as(Class<T> ability) {
      return store.as(ability);
    }
  }

  static class ForgetsThatItRotatesKeys extends ForwardingStore {
    ForgetsThatItRotatesKeys(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public <T> Optional<T> as(Class<T> ability) {
      return ability == KeyRotation.class ? Optional.empty() : super.as(ability);
    }
  }

  static class OpensAnotherStore extends ForwardingStore {
    OpensAnotherStore(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public <T> Optional<T> as(Class<T> ability) {
      return ability == ManagedSessionStore.class
          ? new InMemorySessionStore().as(ability)
          : super.as(ability);
    }
  }

  static class SaysThatItOnlyReads extends ForwardingStore {
    SaysThatItOnlyReads(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public boolean readOnly() {
      return true;
    }
  }

  static class ChecksItselfFirst extends ForwardingStore {
    ChecksItselfFirst(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public <T> Optional<T> as(Class<T> ability) {
      store.check();
      return super.as(ability);
    }
  }

  static class RotatesInNobodysName extends ForwardingStore {
    RotatesInNobodysName(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public ManagedSessionStore actingAs(String actor) {
      return new ForwardingStore(store.actingAs(actor)) {
        @Override
        public <T> Optional<T> as(Class<T> ability) {
          return ability == KeyRotation.class ? Optional.empty() : super.as(ability);
        }
      };
    }
  }
}
