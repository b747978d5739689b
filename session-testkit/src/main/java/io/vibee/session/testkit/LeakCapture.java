package io.vibee.session.testkit;

import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * Intercepts System.out, System.err and the root logger from the first detector of a run to the
 * run's end. Without an active detector it passes everything on untouched.
 *
 * <p>Implements {@code CloseableResource}, since JUnit before 5.13 closes nothing else.
 */
@SuppressWarnings("deprecation") // later versions of JUnit deprecate what 5.10 needs
final class LeakCapture implements Store.CloseableResource, AutoCloseable {
  private final List<LeakWatch> watches = new CopyOnWriteArrayList<>();
  private final LeakLogHandler logs = new LeakLogHandler(watches);
  private final PrintStream outBefore = System.out;
  private final PrintStream errBefore = System.err;
  private final MaskingStream out = new MaskingStream(outBefore, "System.out", watches);
  private final MaskingStream err = new MaskingStream(errBefore, "System.err", watches);
  private final PrintStream outNow = new PrintStream(out, true, charset(outBefore));
  private final PrintStream errNow = new PrintStream(err, true, charset(errBefore));

  private LeakCapture() {}

  /** Returns the capture of this run. */
  static LeakCapture of(ExtensionContext context) {
    Store store = context.getRoot().getStore(Namespace.create(LeakCapture.class));
    LeakCapture capture =
        Objects.requireNonNull(
            store.getOrComputeIfAbsent(LeakCapture.class, type -> installed(), LeakCapture.class));
    capture.logs.install(); // again after a reset of the LogManager
    return capture;
  }

  private static LeakCapture installed() {
    LeakCapture capture = new LeakCapture();
    System.setOut(capture.outNow);
    System.setErr(capture.errNow);
    return capture;
  }

  void add(LeakWatch watch) {
    if (!watches.contains(watch)) watches.add(watch);
  }

  void remove(LeakWatch watch) {
    watches.remove(watch);
  }

  /** Passes on what was held back, unless a detector is active. */
  void release() {
    out.release();
    err.release();
  }

  /** Leaves its streams usable, for whoever kept one. */
  @Override
  public void close() {
    watches.clear();
    logs.uninstall();
    if (System.out == outNow) System.setOut(outBefore);
    if (System.err == errNow) System.setErr(errBefore);
    release();
  }

  /** Finds the charset of the stream, so that its bytes stay the same. */
  private static Charset charset(PrintStream stream) {
    try {
      return (Charset) PrintStream.class.getMethod("charset").invoke(stream); // since Java 18
    } catch (ReflectiveOperationException e) {
      return Charset.defaultCharset();
    }
  }
}
