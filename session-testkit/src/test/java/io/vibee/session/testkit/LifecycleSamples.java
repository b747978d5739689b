package io.vibee.session.testkit;

import static io.vibee.session.testkit.DetectorSamples.LOG;
import static io.vibee.session.testkit.DetectorSamples.SECRET;
import static io.vibee.session.testkit.DetectorSamples.detector;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that leak {@link DetectorSamples#SECRET} around or beside each other. */
final class LifecycleSamples {
  private LifecycleSamples() {}

  @Sample
  static class FailingConstructor {
    @RegisterExtension static final SecretLeakDetector leaks = detector();

    FailingConstructor() {
      throw new IllegalStateException(SECRET);
    }

    @Test
    void neverRuns() {}
  }

  @Sample
  static class InBeforeEach {
    @RegisterExtension final SecretLeakDetector leaks = detector();

    @BeforeEach
    void print() {
      System.out.println(SECRET);
    }

    @Test
    void first() {}
  }

  @Sample
  static class InAfterEach {
    @RegisterExtension final SecretLeakDetector leaks = detector();

    @AfterEach
    void fail() {
      System.out.println(SECRET);
      throw new IllegalStateException(SECRET);
    }

    @Test
    void first() {}
  }

  @Sample
  static class InBeforeAll {
    @RegisterExtension static final SecretLeakDetector leaks = detector();

    @BeforeAll
    static void print() {
      System.out.println(SECRET);
    }

    @Test
    void innocent() {}
  }

  @Sample
  static class FailsInBeforeAll {
    @RegisterExtension static final SecretLeakDetector leaks = detector();

    @BeforeAll
    static void fail() {
      throw new IllegalStateException(SECRET);
    }

    @Test
    void neverRuns() {}
  }

  @Sample
  static class InAfterAll {
    @RegisterExtension static final SecretLeakDetector leaks = detector();

    @AfterAll
    static void print() {
      System.err.println(SECRET);
      throw new IllegalStateException(SECRET);
    }

    @Test
    void innocent() {}
  }

  @Sample
  @TestInstance(Lifecycle.PER_CLASS)
  static class OneInstance {
    @RegisterExtension final SecretLeakDetector leaks = detector();

    @BeforeAll
    void print() {
      System.out.println(SECRET);
    }

    @Test
    void guilty() {
      System.out.println(SECRET);
    }

    @Test
    void innocent() {}
  }

  @Sample
  static class Outer {
    @RegisterExtension static final SecretLeakDetector leaks = detector();
    @RegisterExtension final SecretLeakDetector own = SecretLeakDetector.watching();

    @Test
    void outside() {}

    @Nested
    class Inner {
      @Test
      void inside() {
        own.watch(TestSessions.apiHash("1"));
        System.out.println(SECRET);
      }

      @Test
      void innocent() {}
    }

    @Nested
    class InnerSetup {
      @BeforeAll
      static void print() {
        System.out.println(SECRET);
      }

      @Test
      void innocentToo() {}
    }
  }

  @Sample
  static class Named {
    @RegisterExtension static final SecretLeakDetector leaks = detector();

    @ParameterizedTest(name = "hash {0}")
    @MethodSource("hashes")
    void takes(String hash) {}

    static Stream<String> hashes() {
      return Stream.of(SECRET);
    }
  }

  @Sample
  static class Parallel {
    private static final CyclicBarrier ALL_RUN = new CyclicBarrier(3);
    private static final CyclicBarrier LEAKED = new CyclicBarrier(3);

    @RegisterExtension final SecretLeakDetector leaks = SecretLeakDetector.watching();

    @Test
    void guilty() throws Exception {
      leaks.watch("mine", TestSessions.apiHash("1"));
      meet(ALL_RUN);
      System.out.println(SECRET);
      meet(LEAKED);
    }

    @Test
    void watchesTheSame() throws Exception {
      leaks.watch("the same", TestSessions.apiHash("1"));
      meet(ALL_RUN);
      meet(LEAKED);
    }

    @Test
    void watchesAnother() throws Exception {
      leaks.watch(TestSessions.apiHash("2"));
      meet(ALL_RUN);
      meet(LEAKED);
    }

    private static void meet(CyclicBarrier barrier) throws Exception {
      barrier.await(20, TimeUnit.SECONDS);
    }
  }

  @Sample
  static class Busy {
    @RegisterExtension final SecretLeakDetector leaks = detector();

    @RepeatedTest(200)
    void printsAndLogs() {
      for (int i = 0; i < 20; i++) {
        System.out.println("a line 0123");
        System.err.print("0");
        LOG.fine("record 0123");
      }
    }
  }
}
