package io.vibee.session.testkit.postgres;

import io.vibee.session.testkit.samples.BuilderSample;
import io.vibee.session.testkit.samples.DatabaseSample;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The extension under each JUnit that it is for, methods in parallel. */
class JUnitVersionsTest {
  private static final Class<?>[] SAMPLES = {
    DatabaseSample.class,
    DatabaseSample.SharedSample.class,
    DatabaseSample.StaticSample.class,
    BuilderSample.class,
    BuilderSample.SharedSample.class
  };

  private static final int TESTS = 17;

  static Stream<String> laterVersions() {
    return Arrays.stream(System.getProperty("vibee.junit.versions").split(",", -1));
  }

  @Test
  void worksUnderTheOldest() throws Exception {
    new SampleRun().source("embedded").run(SAMPLES).passed(TESTS);
  }

  @ParameterizedTest
  @MethodSource("laterVersions")
  void worksUnderLaterOnes(String version) throws Exception {
    new SampleRun().source("embedded").withJUnit(version).run(SAMPLES).passed(TESTS);
  }
}
