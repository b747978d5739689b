package io.vibee.session.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The outcome of a run of {@link Sample samples}.
 *
 * @param failures the whole stack trace of each failed test or class, by its name
 * @param thrown what each failed test or class threw, by its name
 * @param passed how many tests passed
 * @param restored whether the real standard output was restored
 * @param out what reached the real standard output
 * @param err what reached the real standard error
 */
record SampleRun(
    Map<String, String> failures,
    Map<String, Throwable> thrown,
    long passed,
    boolean restored,
    String out,
    String err) {

  /** Without the listeners on the class path, which belong to the run around this one. */
  private static final LauncherConfig ALONE =
      LauncherConfig.builder()
          .enableLauncherSessionListenerAutoRegistration(false)
          .enableLauncherDiscoveryListenerAutoRegistration(false)
          .enableTestExecutionListenerAutoRegistration(false)
          .build();

  static SampleRun of(Class<?>... samples) {
    return run(false, samples);
  }

  static SampleRun parallel(Class<?>... samples) {
    return run(true, samples);
  }

  /** Returns everything that a person or a report would see. */
  String everything() {
    return out + err + failures;
  }

  private static SampleRun run(boolean parallel, Class<?>... samples) {
    Results results = new Results();
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream real = new PrintStream(out, true, UTF_8);
    System.setOut(real);
    System.setErr(new PrintStream(err, true, UTF_8));
    boolean restored;
    try {
      LauncherFactory.create(ALONE).execute(request(parallel, samples), results);
      restored = System.out == real;
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
    Map<String, String> failures = new TreeMap<>();
    results.thrown.forEach((name, thrown) -> failures.put(name, printed(thrown)));
    return new SampleRun(
        failures,
        results.thrown,
        results.passed(),
        restored,
        out.toString(UTF_8),
        err.toString(UTF_8));
  }

  private static LauncherDiscoveryRequest request(boolean parallel, Class<?>... samples) {
    return LauncherDiscoveryRequestBuilder.request()
        .selectors(Arrays.stream(samples).map(sample -> selectClass(sample)).toList())
        .configurationParameter(Sample.OnlyInSampleRuns.PARAMETER, "true")
        .configurationParameter("junit.jupiter.execution.parallel.enabled", "" + parallel)
        .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
        .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
        .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
        .build();
  }

  private static String printed(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static final class Results implements TestExecutionListener {
    final Map<String, Throwable> thrown = new ConcurrentHashMap<>();
    final Map<String, Status> tests = new ConcurrentHashMap<>();

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (test.isTest()) tests.put(test.getUniqueId(), result.getStatus());
      String name = test.getDisplayName().replace("()", "").replaceAll(".*\\$", "");
      result.getThrowable().ifPresent(failure -> thrown.put(name, failure));
    }

    long passed() {
      return tests.values().stream().filter(Status.SUCCESSFUL::equals).count();
    }
  }
}
