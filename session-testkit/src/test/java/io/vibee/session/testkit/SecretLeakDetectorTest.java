package io.vibee.session.testkit;

import static io.vibee.session.testkit.DetectorSamples.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Secret;
import io.vibee.session.testkit.DetectorSamples.Failing;
import io.vibee.session.testkit.DetectorSamples.Logging;
import io.vibee.session.testkit.DetectorSamples.Printing;
import io.vibee.session.testkit.LifecycleSamples.Busy;
import io.vibee.session.testkit.LifecycleSamples.FailingConstructor;
import io.vibee.session.testkit.LifecycleSamples.FailsInBeforeAll;
import io.vibee.session.testkit.LifecycleSamples.InAfterAll;
import io.vibee.session.testkit.LifecycleSamples.InAfterEach;
import io.vibee.session.testkit.LifecycleSamples.InBeforeAll;
import io.vibee.session.testkit.LifecycleSamples.InBeforeEach;
import io.vibee.session.testkit.LifecycleSamples.Named;
import io.vibee.session.testkit.LifecycleSamples.OneInstance;
import io.vibee.session.testkit.LifecycleSamples.Outer;
import io.vibee.session.testkit.LifecycleSamples.Parallel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Runs samples that leak, and looks at what a person or a report would see. */
@Isolated("it replaces standard output, and reads what it gets")
class SecretLeakDetectorTest {
  private static final String HALF = SECRET.substring(16);

  @Test
  void failsATestThatPrintsASecretAndMasksIt() {
    SampleRun run = SampleRun.of(Printing.class);

    assertThat(run.failures()).containsOnlyKeys("toOut", "toErrInHex", "inTwoParts", "byteByByte");
    assertThat(run.thrown().get("toOut"))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessage("leaked: the api hash in System.out");
    assertThat(run.thrown().get("toErrInHex")).hasMessage("leaked: the api hash in System.err");
    assertThat(run.out()).contains("before *** after", "two *** parts");
    assertThat(run.everything()).doesNotContain(SECRET, HALF);
    assertThat(run.err()).contains("***" + System.lineSeparator());
  }

  @Test
  void losesNothingThatLooksLikeTheBeginningOfASecret() {
    SampleRun run = SampleRun.of(Printing.class);

    assertThat(run.out())
        .contains("first half " + SECRET.substring(0, 16))
        .contains("no secret, even at the end: 0123");
  }

  @Test
  void watchesTheLogAgainAfterItsHandlersWereRemoved() {
    Logger root = Logger.getLogger("");
    Handler[] before = root.getHandlers();
    SampleRun run;
    try {
      run = SampleRun.of(DetectorSamples.Resetting.class);
    } finally {
      for (Handler handler : root.getHandlers()) root.removeHandler(handler);
      for (Handler handler : before) root.addHandler(handler);
    }

    assertThat(run.failures()).containsOnlyKeys("second", "thirdWithoutMessage");
    assertThat(run.thrown().get("thirdWithoutMessage")).isExactlyInstanceOf(AssertionError.class);
  }

  @Test
  void failsATestThatLogsASecretAndMasksItForOtherHandlers() {
    LastLines handler = new LastLines();
    Logger.getLogger("").addHandler(handler);
    SampleRun run;
    try {
      run = SampleRun.of(Logging.class);
    } finally {
      Logger.getLogger("").removeHandler(handler);
    }

    assertThat(run.failures())
        .containsOnlyKeys("message", "parameter", "unusedParameter", "exception");
    assertThat(run.thrown().get("message"))
        .hasMessage("leaked: the api hash in a log record of io.vibee.samples at INFO");
    assertThat(run.thrown().get("exception"))
        .hasMessage(
            "leaked: the api hash in java.lang.RuntimeException in a log record of io.vibee.samples"
                + " at WARNING");
    assertThat(handler.text.toString())
        .contains("hash {0} of ***", "hash ***", "no place for it", "failed")
        .contains("it was java.lang.IllegalStateException: outer")
        .doesNotContain(HALF);
    assertThat(run.everything()).doesNotContain(HALF);
  }

  @Test
  void replacesExceptionsThatHoldASecret() {
    SampleRun run = SampleRun.of(Failing.class);

    assertThat(run.thrown().get("message"))
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessage(
            "leaked: the api hash in the exception java.lang.IllegalStateException;"
                + " it was java.lang.IllegalStateException: bad hash *** here")
        .hasNoCause();
    assertThat(run.thrown().get("message").getStackTrace()[0].getMethodName()).isEqualTo("message");
    assertThat(run.thrown().get("cause"))
        .hasMessageContaining("in the exception java.lang.UnsupportedOperationException")
        .hasMessageContaining("it was java.lang.IllegalStateException: wrapped")
        .hasNoCause();
    assertThat(run.thrown().get("suppressed")).hasMessageContaining("IllegalArgumentException");
    assertThat(run.thrown().get("suppressed").getSuppressed()).isEmpty();
    assertThat(run.thrown().get("ownText")).hasMessageEndingWith("it was hash=***");
    assertThat(run.thrown().get("assumption")).isExactlyInstanceOf(AssertionError.class);
    assertThat(run.thrown().get("dynamicOne")).hasMessageContaining("the api hash");
    assertThat(run.thrown().get("factory")).hasMessageContaining("the api hash");
    assertThat(run.thrown().get("printedToo").getSuppressed())
        .singleElement()
        .asString()
        .contains("System.out");
    assertThat(run.everything()).doesNotContain(HALF);
  }

  @Test
  void leavesOtherExceptionsAsTheyAre() {
    SampleRun run = SampleRun.of(Failing.class);

    assertThat(run.thrown().get("harmless"))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("harmless")
        .hasRootCauseMessage("cause");
    assertThat(run.thrown().get("circle")).isExactlyInstanceOf(RuntimeException.class);
  }

  @Test
  void coversConstructorsAndLifecycleMethods() {
    SampleRun run =
        SampleRun.of(
            FailingConstructor.class,
            InBeforeEach.class,
            InBeforeAll.class,
            FailsInBeforeAll.class,
            InAfterAll.class);

    assertThat(run.failures())
        .containsOnlyKeys("neverRuns", "first", "InBeforeAll", "FailsInBeforeAll", "InAfterAll");
    assertThat(run.failures().values()).allMatch(text -> text.contains("leaked: the api hash in"));
    assertThat(run.passed()).isEqualTo(2);
    assertThat(run.everything()).doesNotContain(HALF);
  }

  @Test
  void reportsEverythingThatLeakedAfterATest() {
    SampleRun run = SampleRun.of(InAfterEach.class);

    assertThat(run.failures().get("first"))
        .contains("in the exception java.lang.IllegalStateException", "Suppressed", "System.out")
        .doesNotContain(HALF);
  }

  @Test
  void blamesTheRunningTestOrElseTheClass() {
    SampleRun run = SampleRun.of(OneInstance.class);

    assertThat(run.failures()).containsOnlyKeys("OneInstance", "guilty");
    assertThat(run.passed()).isEqualTo(1);
  }

  @Test
  void coversNestedClasses() {
    SampleRun run = SampleRun.of(Outer.class);

    assertThat(run.failures()).containsOnlyKeys("inside", "InnerSetup");
    assertThat(run.failures().get("inside"))
        .contains("leaked: the api hash in System.out", "leaked: secret 1 in System.out");
    assertThat(run.passed()).isEqualTo(3);
  }

  @Test
  void failsATestThatIsNamedAfterASecret() {
    SampleRun run = SampleRun.of(Named.class);

    assertThat(run.thrown().values())
        .singleElement()
        .asString()
        .contains("leaked: the api hash in the display name");
  }

  @Test
  void failsEveryParallelTestThatWatchesTheSecret() {
    SampleRun run = SampleRun.parallel(Parallel.class);

    assertThat(run.failures()).containsOnlyKeys("guilty", "watchesTheSame");
    assertThat(run.thrown().get("guilty")).hasMessage("leaked: mine in System.out");
    assertThat(run.thrown().get("watchesTheSame")).hasMessage("leaked: the same in System.out");
    assertThat(run.everything()).doesNotContain(HALF);
  }

  @Test
  @Timeout(60)
  void losesNothingOfManyParallelTests() {
    SampleRun run = SampleRun.parallel(Busy.class);

    assertThat(run.passed()).isEqualTo(200);
    assertThat(run.out().lines()).hasSize(4000).containsOnly("a line 0123");
    assertThat(run.err()).isEqualTo("0".repeat(4000));
  }

  @Test
  void leavesNothingBehind() {
    Handler[] before = Logger.getLogger("").getHandlers();

    SampleRun run = SampleRun.of(Printing.class);

    assertThat(run.restored()).isTrue();
    assertThat(Logger.getLogger("").getHandlers()).isEqualTo(before);
  }

  @Test
  void refusesSecretsThatATextMayHoldByChance() {
    assertThatThrownBy(() -> SecretLeakDetector.watching(Secret.of("1234567")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("1234567");
  }

  @Test
  void refusesANameThatHoldsTheSecret() {
    assertThatThrownBy(() -> SecretLeakDetector.watching().watch(SECRET, Secret.of(SECRET)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining(SECRET);
  }

  private static final class LastLines extends Handler {
    final StringWriter text = new StringWriter();

    @Override
    public void publish(LogRecord record) {
      text.append(new SimpleFormatter().formatMessage(record)).append('\n');
      if (record.getThrown() != null) record.getThrown().printStackTrace(new PrintWriter(text));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
