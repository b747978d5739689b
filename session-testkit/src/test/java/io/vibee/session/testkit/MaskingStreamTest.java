package io.vibee.session.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Secret;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MaskingStreamTest {
  private static final String HASH = TestSessions.apiHash("1").exposeSecret();
  private static final String LINES = "a secret of\nseveral lines";

  private final List<LeakWatch> watches = new CopyOnWriteArrayList<>();
  private final ByteArrayOutputStream real = new ByteArrayOutputStream();
  private final MaskingStream stream =
      new MaskingStream(new PrintStream(real, true, UTF_8), "System.out", watches);

  @Test
  void masksHoweverATextIsSplit() {
    watch();
    StringBuilder expected = new StringBuilder();
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      String noise = noise(random);
      boolean leak = random.nextBoolean();
      writeInPieces(random, noise + (leak ? random.nextBoolean() ? HASH : LINES : "") + "|");
      expected.append(noise).append(leak ? "***" : "").append('|');
    }

    assertThat(real.toString(UTF_8)).isEqualTo(expected.toString());
  }

  @Test
  void findsASecretInALineLongerThanAnyBuffer() {
    watch();
    byte[] line = ("x".repeat(65_530) + HASH + "y".repeat(200_000)).getBytes(UTF_8);

    stream.write(line, 0, line.length);

    assertThat(real.toString(UTF_8)).isEqualTo("x".repeat(65_530) + "***" + "y".repeat(200_000));
  }

  @Test
  void holdsBackNoMoreThanTheBeginningOfASecret() {
    watch();
    write("text " + HASH.substring(0, 20));
    assertThat(real.toString(UTF_8)).isEqualTo("text ");

    write("!");
    assertThat(real.toString(UTF_8)).isEqualTo("text " + HASH.substring(0, 20) + "!");
  }

  @Test
  void passesTheRestOnOnceNothingIsWatched() {
    watch();
    write(HASH.substring(0, 20));
    stream.release();
    assertThat(real.size()).isZero();

    watches.clear();
    stream.release();
    assertThat(real.toString(UTF_8)).isEqualTo(HASH.substring(0, 20));
  }

  @Test
  void losesNoLineOfManyThreads() {
    watch();
    PrintStream out = new PrintStream(stream, true, UTF_8);

    IntStream.range(0, 4000).parallel().forEach(i -> out.println("line " + i + " " + HASH));

    assertThat(real.toString(UTF_8).lines())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 4000).mapToObj(i -> "line " + i + " ***").toList());
  }

  private void watch() {
    LeakWatch watch = new LeakWatch();
    watch.watch(TestSessions.apiHash("1"));
    watch.watch(Secret.of(LINES));
    watches.add(watch);
  }

  private void write(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    stream.write(bytes, 0, bytes.length);
  }

  private void writeInPieces(Random random, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    int piece;
    for (int at = 0; at < bytes.length; at += piece) {
      piece = Math.min(bytes.length - at, 1 + random.nextInt(20));
      stream.write(bytes, at, piece);
    }
  }

  /** Makes a text that often looks like the beginning of a secret. */
  private static String noise(Random random) {
    int end = random.nextInt(HASH.length());
    return switch (random.nextInt(4)) {
      case 0 -> HASH.substring(0, end);
      case 1 -> LINES.substring(0, random.nextInt(LINES.length())) + "é";
      case 2 -> "0".repeat(end);
      default -> "plain text\n";
    };
  }
}
