package io.vibee.session.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that leak {@link #SECRET}, for {@link SecretLeakDetectorTest}. */
final class DetectorSamples {
  static final String SECRET = TestSessions.apiHash("1").exposeSecret();
  static final Logger LOG = Logger.getLogger("io.vibee.samples");

  private DetectorSamples() {}

  private static SecretLeakDetector detector() {
    return SecretLeakDetector.watching().watch("the api hash", TestSessions.apiHash("1"));
  }

  @Sample
  static class Printing {
    @RegisterExtension static final SecretLeakDetector leaks = detector();

    @Test
    void toOut() {
      System.out.println("before " + SECRET + " after");
    }

    @Test
    void toErrInHex() {
      byte[] bytes = SECRET.getBytes(StandardCharsets.UTF_8);
      System.err.printf("%s%n", HexFormat.of().withUpperCase().formatHex(bytes));
    }

    @Test
    void inTwoParts() {
      System.out.print("two " + SECRET.substring(0, 11));
      System.out.println(SECRET.substring(11) + " parts");
    }

    @Test
    void byteByByte() {
      for (byte b : SECRET.getBytes(StandardCharsets.UTF_8)) System.out.write(b);
    }

    @Test
    void onlyTheBeginning() {
      System.out.print("first half " + SECRET.substring(0, 16));
    }

    @Test
    void nothing() {
      System.out.println("no secret, even at the end: 0123");
    }
  }

  @Sample
  static class Logging {
    @RegisterExtension static final SecretLeakDetector leaks = detector();

    @Test
    void message() {
      LOG.info("hash {0} of " + SECRET);
    }

    @Test
    void parameter() {
      LOG.log(Level.WARNING, "hash {0}", SECRET);
    }

    @Test
    void unusedParameter() {
      LOG.log(Level.WARNING, "no place for it", new Object[] {SECRET, null});
    }

    @Test
    void exception() {
      LOG.log(
          Level.WARNING,
          "failed",
          new IllegalStateException("outer", new RuntimeException(SECRET)));
    }

    @Test
    void disabledLevel() {
      LOG.setLevel(Level.INFO);
      LOG.finest("not enabled " + SECRET);
    }
  }

  @Sample
  static class Failing {
    @RegisterExtension static final SecretLeakDetector leaks = detector();

    @Test
    void message() {
      throw new IllegalStateException("bad hash " + SECRET + " here");
    }

    @Test
    void cause() {
      throw new IllegalStateException("wrapped", new UnsupportedOperationException(SECRET));
    }

    @Test
    void suppressed() {
      RuntimeException thrown = new RuntimeException("outer");
      thrown.addSuppressed(new IllegalArgumentException(SECRET));
      throw thrown;
    }

    @Test
    @SuppressWarnings("OverrideThrowableToString") // as careless code does
    void ownText() {
      throw new RuntimeException("harmless") {
        @Override
        public String toString() {
          return "hash=" + SECRET;
        }
      };
    }

    @Test
    void circle() {
      RuntimeException thrown = new RuntimeException("outer");
      thrown.initCause(new RuntimeException("inner", thrown));
      throw thrown;
    }

    @Test
    void assumption() {
      assumeTrue(false, SECRET);
    }

    @Test
    void harmless() {
      throw new IllegalStateException("harmless", new RuntimeException("cause"));
    }

    @Test
    void printedToo() {
      System.out.println(SECRET);
      throw new IllegalStateException(SECRET);
    }

    @TestFactory
    Stream<DynamicTest> dynamic() {
      return Stream.of(
          dynamicTest(
              "dynamicOne",
              () -> {
                throw new IllegalStateException(SECRET);
              }));
    }

    @TestFactory
    Stream<DynamicTest> factory() {
      throw new IllegalStateException(SECRET);
    }
  }

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
