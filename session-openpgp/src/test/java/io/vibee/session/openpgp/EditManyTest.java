package io.vibee.session.openpgp;

import static io.vibee.session.openpgp.ExternalStores.FIRST;
import static io.vibee.session.openpgp.ExternalStores.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.KeyRotation;
import io.vibee.session.MasterKeyMismatchException;
import io.vibee.session.NewKey;
import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.SessionEdit;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many edits with keys outside the database, and while the keys change. */
class EditManyTest {
  private final TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
  private final List<Outcome> outcomes = new ArrayList<>();

  private static Stream<SessionEdit> sessions(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> SessionEdit.of(ExternalStores.session("" + i)).build());
  }

  private void edit(JdbcSessionStore store, List<SessionEdit> edits) {
    store.editAll(
        edits,
        saved -> outcomes.add(saved.outcome()),
        refused -> {
          throw new AssertionError(refused.toString());
        });
  }

  @Test
  void sealsEachHashToItsRow() {
    try (JdbcSessionStore store = ExternalStores.inForce(database)) {
      edit(store, sessions(2_300).toList());
      assertThat(outcomes).hasSize(2_300).containsOnly(Outcome.CREATED);
      assertThat(ExternalStores.load(store)).hasSize(2_300);
      outcomes.clear();
      edit(store, sessions(2_300).toList());
      assertThat(outcomes).hasSize(2_300).containsOnly(Outcome.UNCHANGED);
      outcomes.clear();
      edit(
          store,
          List.of(
              SessionEdit.of("1").sessionId("moved").build(),
              SessionEdit.of("2").phone("+2").build(),
              SessionEdit.of("3").apiId(7).build()));
      assertThat(outcomes).hasSize(3).containsOnly(Outcome.UPDATED);
      assertThat(ExternalStores.load(store)).hasSize(2_300);
    }
  }

  @Test
  void stopsWhenTheKeyIsNoLongerHeld() {
    ExternalStores.inForce(database).close();
    outcomes.clear();
    try (JdbcSessionStore holder = ExternalStores.open(database, FIRST);
        JdbcSessionStore operator = ExternalStores.open(database, SECOND, FIRST)) {
      assertThatThrownBy(
              () ->
                  holder.editAll(
                      sessions(2_000).toList(),
                      saved -> {
                        outcomes.add(saved.outcome());
                        if (outcomes.size() == 1) operator.changeKey(NewKey.external());
                      },
                      refused -> {}))
          .isInstanceOf(MasterKeyMismatchException.class);
      assertThat(outcomes).hasSize(1_000);
      assertThat(ExternalStores.load(operator)).hasSize(1_000);
      try (JdbcSessionStore without = database.store()) {
        assertThatThrownBy(() -> edit(without, sessions(2_000).toList()))
            .isInstanceOf(MasterKeyMismatchException.class);
      }
      edit(operator, sessions(2_000).toList());
      assertThat(ExternalStores.load(operator)).hasSize(2_000);
    }
  }

  @Test
  void leavesNoSessionUnderAnotherKeyThanItsOwnWhileKeysChange() throws Exception {
    try (JdbcSessionStore store = ExternalStores.open(database, FIRST, SECOND);
        JdbcSessionStore first = ExternalStores.open(database, FIRST, SECOND);
        JdbcSessionStore second = ExternalStores.open(database, SECOND, FIRST)) {
      store.check();
      CompletableFuture<Void> run =
          CompletableFuture.runAsync(
              () -> {
                edit(store, sessions(5_000).toList());
                edit(
                    store,
                    sessions(5_000)
                        .map(edit -> SessionEdit.of(edit.userId()).sessionId("n" + edit.userId()))
                        .map(edit -> edit.active(true).build())
                        .toList());
              });
      int changes = 0;
      List<Runnable> cycle =
          List.of(
              () -> change(first, NewKey.external()),
              () -> change(second, NewKey.external()),
              () -> change(second, NewKey.generated()),
              () -> change(first, NewKey.generated()));
      while (!run.isDone() || changes < cycle.size()) {
        cycle.get(changes++ % cycle.size()).run();
      }
      run.get();
      assertThat(outcomes).hasSize(10_000);
      assertThat(second.rotate().complete()).isTrue();
      assertThat(ExternalStores.load(store)).hasSize(5_000);
    }
  }

  private static void change(KeyRotation keys, NewKey key) {
    keys.changeKey(key);
    keys.rotate();
  }
}
