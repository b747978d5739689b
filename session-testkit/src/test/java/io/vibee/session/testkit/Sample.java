package io.vibee.session.testkit;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Retention;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Marks tests that fail on purpose, and only run in a {@link SampleRun}. */
@Retention(RUNTIME)
@ExtendWith(Sample.OnlyInSampleRuns.class)
@interface Sample {
  /** Looks for the parameter that {@link SampleRun} sets. */
  final class OnlyInSampleRuns implements ExecutionCondition {
    static final String PARAMETER = "vibee.sample.run";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return context.getConfigurationParameter(PARAMETER).isPresent()
          ? ConditionEvaluationResult.enabled("in a sample run")
          : ConditionEvaluationResult.disabled("a sample");
    }
  }
}
