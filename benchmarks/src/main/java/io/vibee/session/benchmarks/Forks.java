package io.vibee.session.benchmarks;

import io.vibee.session.benchmarks.jmh.Server;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs JMH's benchmarks one process at a time, so that those to be compared can take turns: a
 * machine's speed varies over time, so two figures are comparable only if they were measured at
 * about the same moment.
 */
final class Forks {
  private static final String LOG = "benchmarks/target/jmh.log";

  /** Allocates all memory at the start, so that no figure includes the system's work for that. */
  private static final String PRE_TOUCH = "-XX:+AlwaysPreTouch";

  private final Database database;

  Forks(Database database) {
    this.database = database;
  }

  /** Returns the median of one process's iterations, in the benchmark's unit. */
  double median(Class<?> benchmark, String method, Map<String, String> parameters, Effort effort) {
    return run(
        options(benchmark, method, parameters)
            .warmupIterations(effort.warmUp() == 0 ? 0 : 1)
            .warmupTime(TimeValue.seconds(effort.warmUp()))
            .measurementIterations(effort.iterations())
            .measurementTime(TimeValue.seconds(1)));
  }

  /** Measures a process's first call, before anything is compiled. */
  double first(Class<?> benchmark, String method, Map<String, String> parameters) {
    return run(
        options(benchmark, method, parameters)
            .mode(Mode.SingleShotTime)
            .warmupIterations(0)
            .measurementIterations(1));
  }

  private ChainedOptionsBuilder options(
      Class<?> benchmark, String method, Map<String, String> parameters) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(benchmark.getName() + "." + method) + "$")
            .forks(1)
            .jvmArgsAppend(
                "-Xms1g", "-Xmx1g", PRE_TOUCH, "-D" + Server.PORT + "=" + database.port())
            .shouldFailOnError(true)
            .output(LOG);
    parameters.forEach(options::param);
    return options;
  }

  private static double run(ChainedOptionsBuilder builder) {
    Options options = builder.build();
    try {
      RunResult result = new Runner(options).runSingle();
      return result.getPrimaryResult().getStatistics().getPercentile(50);
    } catch (RunnerException e) {
      throw new IllegalStateException(options.getIncludes() + " failed; see " + LOG, e);
    }
  }

  /**
   * How long a process warms up and measures. The warm-up is a time, not a number of calls, since
   * the compiler needs a core, which it shares with the benchmark and PostgreSQL.
   *
   * @param warmUp seconds of warm-up, 0 for none
   * @param iterations how many iterations, of a second each, or of one call if that takes longer
   */
  record Effort(int warmUp, int iterations) {}
}
