package io.vibee.session.testkit.contract;

import io.vibee.session.SessionStore;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The contracts of a mutant, which only run when {@link MutantsTest} names one. */
final class Mutated {
  static final String MUTANT = "vibee.mutant";

  private Mutated() {}

  /** Hands the mutant of the run to the contracts. */
  static final class OfThisRun implements ParameterResolver, ExecutionCondition {
    private static Optional<Mutant> mutant(ExtensionContext context) {
      return context.getConfigurationParameter(MUTANT).map(Mutant::valueOf);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Mutant.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return mutant(context).orElseThrow();
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return mutant(context)
          .map(mutant -> ConditionEvaluationResult.enabled(mutant.name()))
          .orElseGet(() -> ConditionEvaluationResult.disabled("run by MutantsTest alone"));
    }
  }

  @ExtendWith(OfThisRun.class)
  static class Sessions extends SessionStoreContract {
    private final Mutant mutant;

    Sessions(Mutant mutant) {
      this.mutant = mutant;
    }

    @Override
    protected SessionStore createStore() {
      return mutant.createStore();
    }
  }

  @ExtendWith(OfThisRun.class)
  static class Managed extends ManagedSessionStoreContract {
    private final Mutant mutant;

    Managed(Mutant mutant) {
      this.mutant = mutant;
    }

    @Override
    protected ForwardingStore createStore() {
      return mutant.createStore();
    }
  }

  @ExtendWith(OfThisRun.class)
  static class Keys extends KeyRotationContract<ForwardingStore> {
    private final Mutant mutant;

    Keys(Mutant mutant) {
      this.mutant = mutant;
    }

    @Override
    protected ForwardingStore createStore() {
      return mutant.createStore();
    }
  }

  @ExtendWith(OfThisRun.class)
  static class Leases extends SessionLeasesContract<ForwardingStore> {
    private final Mutant mutant;

    Leases(Mutant mutant) {
      this.mutant = mutant;
    }

    @Override
    protected ForwardingStore createStore() {
      return mutant.createStore();
    }
  }

  @ExtendWith(OfThisRun.class)
  static class Feed extends SessionChangesContract<ForwardingStore> {
    private final Mutant mutant;

    Feed(Mutant mutant) {
      this.mutant = mutant;
    }

    @Override
    protected ForwardingStore createStore() {
      return mutant.createStore();
    }
  }

  @ExtendWith(OfThisRun.class)
  static class Unreadable extends UnreadableSessionsContract {
    private final Mutant mutant;

    Unreadable(Mutant mutant) {
      this.mutant = mutant;
    }

    @Override
    protected SessionStore createStore() {
      return mutant.createStore();
    }

    @Override
    protected void damage(SessionStore store, String sessionId) {
      ((ForwardingStore) store).store.faults().undecryptable(sessionId);
    }
  }
}
