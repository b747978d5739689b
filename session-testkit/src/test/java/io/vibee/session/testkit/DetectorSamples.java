package io.vibee.session.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests that leak {@link #SECRET}, for {@link SecretLeakDetectorTest}. */
final class DetectorSamples {
  static final String SECRET = TestSessions.apiHash("1").exposeSecret();
  static final Logger LOG = Logger.getLogger("io.vibee.samples");

  private DetectorSamples() {}

  static SecretLeakDetector detector() {
    return SecretLeakDetector.watching().watch("the api hash", TestSessions.apiHash("1"));
  }

  /** A test that removes the handlers, and one after it. */
  @Sample
  @TestMethodOrder(MethodOrderer.MethodName.class)
  static class Resetting {
    @RegisterExtension static final SecretLeakDetector leaks = detector();

    @Test
    void first() {
      Logger root = Logger.getLogger("");
      for (Handler handler : root.getHandlers()) root.removeHandler(handler);
    }

    @Test
    void second() {
      LOG.info("hash " + SECRET);
    }

    @Test
    void thirdWithoutMessage() {
      LOG.log(Level.INFO, (String) null, SECRET);
    }
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
}
