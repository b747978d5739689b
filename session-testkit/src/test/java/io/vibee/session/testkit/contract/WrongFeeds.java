package io.vibee.session.testkit.contract;

import io.vibee.session.ChangeCursor;
import io.vibee.session.Changes;
import io.vibee.session.SessionChange;
import io.vibee.session.SessionChanges;
import io.vibee.session.testkit.memory.InMemorySessionStore;

/** Stores whose feeds are wrong in one way. */
final class WrongFeeds {
  private WrongFeeds() {}

  /** A feed that begins where the right one does. */
  private abstract static class WrongFeed implements SessionChanges {
    final SessionChanges right;

    WrongFeed(SessionChanges right) {
      this.right = right;
    }

    @Override
    public ChangeCursor start() {
      return right.start();
    }

    @Override
    public Changes since(ChangeCursor cursor) {
      return right.since(cursor);
    }
  }

  static class TellsTwice extends ForwardingStore {
    TellsTwice(InMemorySessionStore store) {
      super(store);
    }

    @Override
    SessionChanges feed(SessionChanges right) {
      return new WrongFeed(right) {
        @Override
        public Changes since(ChangeCursor cursor) {
          Changes told = right.since(cursor);
          return new Changes(cursor, told.everything(), told.list());
        }
      };
    }
  }

  static class GoesOnInAnotherWorld extends ForwardingStore {
    GoesOnInAnotherWorld(InMemorySessionStore store) {
      super(store);
    }

    @Override
    SessionChanges feed(SessionChanges right) {
      return new WrongFeed(right) {
        @Override
        public Changes since(ChangeCursor cursor) {
          return right.since(new ChangeCursor(right.start().world(), cursor.snapshot()));
        }
      };
    }
  }

  static class ForgetsEarlierIds extends ForwardingStore {
    ForgetsEarlierIds(InMemorySessionStore store) {
      super(store);
    }

    @Override
    SessionChanges feed(SessionChanges right) {
      return new WrongFeed(right) {
        @Override
        public Changes since(ChangeCursor cursor) {
          Changes told = right.since(cursor);
          return new Changes(
              told.cursor(),
              told.everything(),
              told.list().stream().map(WrongFeeds::withoutEarlierId).toList());
        }
      };
    }
  }

  private static SessionChange withoutEarlierId(SessionChange change) {
    return new SessionChange(change.sessionId(), change.type(), change.userId().orElse(null), null);
  }

  static class StartsAtTheBeginning extends ForwardingStore {
    StartsAtTheBeginning(InMemorySessionStore store) {
      super(store);
    }

    @Override
    SessionChanges feed(SessionChanges right) {
      return new WrongFeed(right) {
        @Override
        public ChangeCursor start() {
          return new ChangeCursor(right.start().world(), "0");
        }
      };
    }
  }
}
