package io.vibee.session.testkit.contract;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.RefusedEdit;
import io.vibee.session.SaveResult;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionSummary;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** Stores that make many edits wrongly. */
final class WrongEditsOfMany {
  private WrongEditsOfMany() {}

  private abstract static class Changed extends ForwardingStore {
    Changed(InMemorySessionStore store) {
      super(store);
    }

    /** Makes the edits of a list, whose consumers are not null. */
    abstract void make(
        List<SessionEdit> edits,
        Consumer<? super SaveResult<SessionSummary>> saved,
        Consumer<? super RefusedEdit> refused);

    @Override
    public void editAll(
        Iterable<? extends SessionEdit> edits,
        Consumer<? super SaveResult<SessionSummary>> saved,
        Consumer<? super RefusedEdit> refused) {
      List<SessionEdit> all = new ArrayList<>();
      edits.forEach(all::add);
      make(all, Objects.requireNonNull(saved), Objects.requireNonNull(refused));
    }
  }

  static class TakesAllEditsFirst extends Changed {
    TakesAllEditsFirst(InMemorySessionStore store) {
      super(store);
    }

    @Override
    void make(
        List<SessionEdit> edits,
        Consumer<? super SaveResult<SessionSummary>> saved,
        Consumer<? super RefusedEdit> refused) {
      store.editAll(edits, saved, refused);
    }
  }

  static class StopsAtTheFirstRefusal extends Changed {
    StopsAtTheFirstRefusal(InMemorySessionStore store) {
      super(store);
    }

    @Override
    void make(
        List<SessionEdit> edits,
        Consumer<? super SaveResult<SessionSummary>> saved,
        Consumer<? super RefusedEdit> refused) {
      List<RefusedEdit> first = new ArrayList<>();
      for (SessionEdit edit : edits) {
        store.editAll(List.of(edit), saved, first::add);
        if (!first.isEmpty()) break;
      }
      first.forEach(refused);
    }
  }

  static class HandsOverRefusalsLast extends Changed {
    HandsOverRefusalsLast(InMemorySessionStore store) {
      super(store);
    }

    @Override
    void make(
        List<SessionEdit> edits,
        Consumer<? super SaveResult<SessionSummary>> saved,
        Consumer<? super RefusedEdit> refused) {
      List<RefusedEdit> last = new ArrayList<>();
      store.editAll(edits, saved, last::add);
      last.forEach(refused);
    }
  }

  static class MakesEditsByUserId extends Changed {
    MakesEditsByUserId(InMemorySessionStore store) {
      super(store);
    }

    @Override
    void make(
        List<SessionEdit> edits,
        Consumer<? super SaveResult<SessionSummary>> saved,
        Consumer<? super RefusedEdit> refused) {
      store.editAll(
          edits.stream().sorted(Comparator.comparing(SessionEdit::userId)).toList(),
          saved,
          refused);
    }
  }

  static class MakesOneEditForEachUser extends Changed {
    MakesOneEditForEachUser(InMemorySessionStore store) {
      super(store);
    }

    @Override
    void make(
        List<SessionEdit> edits,
        Consumer<? super SaveResult<SessionSummary>> saved,
        Consumer<? super RefusedEdit> refused) {
      Map<String, SessionEdit> byUser = new LinkedHashMap<>();
      for (SessionEdit edit : edits) byUser.put(edit.userId(), edit);
      store.editAll(byUser.values(), saved, refused);
    }
  }

  static class SettlesEditsOnAnotherThread extends Changed {
    SettlesEditsOnAnotherThread(InMemorySessionStore store) {
      super(store);
    }

    @Override
    void make(
        List<SessionEdit> edits,
        Consumer<? super SaveResult<SessionSummary>> saved,
        Consumer<? super RefusedEdit> refused) {
      Thread other = new Thread(() -> store.editAll(edits, saved, refused));
      other.start();
      try {
        other.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  static class InNobodysName extends ForwardingStore {
    InNobodysName(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public ManagedSessionStore actingAs(String actor) {
      InMemorySessionStore nobody = store;
      return new ForwardingStore(store.actingAs(actor)) {
        @Override
        public void editAll(
            Iterable<? extends SessionEdit> edits,
            Consumer<? super SaveResult<SessionSummary>> saved,
            Consumer<? super RefusedEdit> refused) {
          nobody.editAll(edits, saved, refused);
        }
      };
    }
  }
}
