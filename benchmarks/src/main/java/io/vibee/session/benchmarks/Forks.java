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
 * Runs JMH's benchmarks a process at a time, so that those which are compared can take turns: on a
 * machine that is faster now and slower then, two figures compare only if they are from about the
 * same moment.
 */
final class Forks {
  private static final String LOG = "benchmarks/target/jmh.log";

  /** All there from the start, so that the system's work of handing it out is in no figure. */
  private static final String PRE_TOUCH = "-XX:+AlwaysPreTouch";

  private final Database database;

  Forks(Database database) {
    this.database = database;
  }

  /** The median of one process's iterations, in the unit of the benchmark. */
  double median(Class<?> benchmark, String method, Map<String, String> parameters, Effort effort) {
    return run(
        options(benchmark, method, parameters)
            .warmupIterations(effort.warmUp() == 0 ? 0 : 1)
            .warmupTime(TimeValue.seconds(effort.warmUp()))
            .measurementIterations(effort.iterations())
            .measurementTime(TimeValue.seconds(1)));
  }

  /** A process's first call, before anything is compiled. */
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
   * What is asked of a process. The warm-up is a time, not a number of calls: the compiler needs a
   * core, which it has to share with the benchmark and with PostgreSQL.
   *
   * @param warmUp seconds, 0 for none
   * @param iterations of a second each, or of one call where that takes longer
   */
  record Effort(int warmUp, int iterations) {}
}
