package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vibee.session.Diagnostics;
import io.vibee.session.KeyRotation;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionChanges;
import io.vibee.session.SessionLeases;
import io.vibee.session.SessionStore;
import io.vibee.session.testkit.TestSessions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests whether a store tells what else it can do. */
abstract class AbilityTests extends TimesTests {
  static final List<Class<?>> ABILITIES =
      List.of(
          ManagedSessionStore.class,
          KeyRotation.class,
          Diagnostics.class,
          SessionLeases.class,
          SessionChanges.class);

  /** What no store has. */
  private interface Unknown {}

  @Test
  void tellsTheAbilitiesOfItsClass() {
    assertThat(store.as(SessionStore.class).orElse(null)).isSameAs(store);
    for (Class<?> ability : ABILITIES) {
      if (!ability.isInstance(store)) continue;
      assertThat(store.as(ability)).as(ability.getSimpleName()).isPresent();
    }
    assertThat(store.as(Unknown.class)).isEmpty();
  }

  @Test
  void anAbilityWorksOnTheSameSessions() {
    store
        .as(ManagedSessionStore.class)
        .ifPresent(
            managed -> {
              managed.save(TestSessions.session("1"));
              assertThat(activeUsers()).containsExactly("1");
              store.deactivate("sess_1");
              assertThat(managed.counts().inactive()).as("inactive").isEqualTo(1);
              store.close();
              refused(IllegalStateException.class, managed::counts);
            });
  }

  @Test
  void doesNotOnlyReadIfItTakesChanges() {
    assertThat(store.readOnly()).as("only reads").isFalse();
    saved(TestSessions.session("1"));
    assertThat(store.readOnly()).as("only reads").isFalse();
  }

  @Test
  void tellsItsAbilitiesAfterCloseToo() {
    store.close();
    assertThatCode(store::readOnly).doesNotThrowAnyException();
    for (Class<?> ability : ABILITIES) {
      assertThatCode(() -> store.as(ability))
          .as(ability.getSimpleName())
          .doesNotThrowAnyException();
    }
  }
}
