package io.vibee.session.testkit;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Passes bytes on, looking for secrets and masking them. Holds back only what may be the beginning
 * of a secret, until the next bytes decide.
 */
final class MaskingStream extends OutputStream {
  /** The most bytes to process at once, so that a huge text is not copied as a whole. */
  private static final int PIECE = 1 << 16;

  private static final byte[] NOTHING = {};

  private final PrintStream target;
  private final String name;
  private final List<LeakWatch> watches;
  private byte[] kept = NOTHING;

  MaskingStream(PrintStream target, String name, List<LeakWatch> watches) {
    this.target = target;
    this.name = name;
    this.watches = watches;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    if (kept.length == 0 && watches.isEmpty()) {
      target.write(bytes, offset, length);
      return;
    }
    for (int done = 0; done < length; done += PIECE) {
      add(bytes, offset + done, Math.min(PIECE, length - done));
    }
  }

  @Override
  public void flush() {
    target.flush();
  }

  /** Passes on what was held back, once there are no secrets to look for. */
  synchronized void release() {
    if (kept.length == 0 || !watches.isEmpty()) return;
    byte[] rest = kept;
    kept = NOTHING;
    target.write(rest, 0, rest.length);
    target.flush();
  }

  private void add(byte[] bytes, int offset, int length) {
    byte[] text = Arrays.copyOf(kept, kept.length + length);
    System.arraycopy(bytes, offset, text, kept.length, length);
    BitSet places = new BitSet();
    int unfinished = 0;
    for (LeakWatch watch : watches) {
      watch.check(text, places, name);
      unfinished = Math.max(unfinished, watch.secrets().unfinished(text));
    }
    int end = Math.max(text.length - unfinished, places.length());
    kept = end == text.length ? NOTHING : Arrays.copyOfRange(text, end, text.length);
    if (places.isEmpty()) {
      target.write(text, 0, end);
    } else {
      byte[] masked = SecretMatcher.mask(text, end, places);
      target.write(masked, 0, masked.length);
    }
  }
}
