package io.vibee.session.agent.storm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who ran which session when, from what agents without a Telegram print: for fleets with more
 * sessions than a test can have connections. All processes of a machine share the clock.
 */
final class StormLedger {
  /** One time for which a process ran a session, in nanoseconds; to the end of time if it does. */
  private static final class Run {
    final Path by;
    final long from;
    long to = Long.MAX_VALUE;

    Run(Path by, long from) {
      this.by = by;
      this.from = from;
    }
  }

  private final Path folder;
  private final Map<Path, Long> read = new HashMap<>();
  private final Map<Path, String> rests = new HashMap<>();
  private final Map<String, List<Run>> runs = new HashMap<>();

  StormLedger(Path folder) {
    this.folder = folder;
  }

  /** How a process tells that it runs a session from now on, or no longer. */
  static String entry(char sign, String session) {
    return "ledger " + sign + " " + session + " " + System.nanoTime();
  }

  /** Reads what was printed since. */
  void look() throws IOException {
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "agent-*.log")) {
      for (Path log : logs) look(log);
    }
  }

  private void look(Path log) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(log)) {
      channel.position(read.getOrDefault(log, 0L));
      ByteBuffer buffer = ByteBuffer.allocate((int) (channel.size() - channel.position()));
      while (buffer.hasRemaining() && channel.read(buffer) > 0) {
        // All that was there when it was opened.
      }
      read.put(log, channel.position());
      String text = rests.getOrDefault(log, "") + US_ASCII.decode(buffer.flip());
      int end = text.lastIndexOf('\n') + 1;
      rests.put(log, text.substring(end));
      text.substring(0, end)
          .lines()
          .filter(line -> line.startsWith("ledger "))
          .forEach(line -> enter(log, line.split(" ", -1)));
    }
  }

  private void enter(Path log, String[] words) {
    List<Run> of = runs.computeIfAbsent(words[2], session -> new ArrayList<>());
    long time = Long.parseLong(words[3]);
    if (words[1].equals("+")) of.add(new Run(log, time));
    else last(of, log).to = time;
  }

  private static Run last(List<Run> of, Path log) {
    for (int i = of.size() - 1; i >= 0; i--) if (of.get(i).by.equals(log)) return of.get(i);
    throw new AssertionError("what has not begun has ended: " + log);
  }

  /** A process was killed, at that time; it prints nothing more. */
  void died(StormProcess process, long time) throws IOException {
    look();
    for (List<Run> of : runs.values()) {
      for (Run run : of) {
        if (run.by.equals(process.output()) && run.to == Long.MAX_VALUE) run.to = time;
      }
    }
  }

  /** How many sessions run at least once. */
  int running() {
    int running = 0;
    for (List<Run> of : runs.values()) if (of.stream().anyMatch(StormLedger::goesOn)) running++;
    return running;
  }

  private static boolean goesOn(Run run) {
    return run.to == Long.MAX_VALUE;
  }

  /** How many sessions each process runs that runs one. */
  Map<Path, Integer> loads() {
    Map<Path, Integer> loads = new HashMap<>();
    runs.values().stream()
        .flatMap(List::stream)
        .filter(StormLedger::goesOn)
        .forEach(run -> loads.merge(run.by, 1, Integer::sum));
    return loads;
  }

  /** How often each session was started. */
  Map<String, Integer> starts() {
    Map<String, Integer> starts = new HashMap<>();
    runs.forEach((session, of) -> starts.put(session, of.size()));
    return starts;
  }

  /** The times in which two processes ran a session. */
  List<String> overlaps() {
    List<String> overlaps = new ArrayList<>();
    runs.forEach(
        (session, of) -> {
          @Nullable Run before = null;
          for (Run run : of.stream().sorted((a, b) -> Long.compare(a.from, b.from)).toList()) {
            if (before != null && run.from < before.to) {
              overlaps.add(session + " by " + before.by + " and " + run.by);
            }
            if (before == null || run.to > before.to) before = run;
          }
        });
    return overlaps;
  }

  /** How long sessions did not run that changed hands since, in milliseconds, ascending. */
  List<Long> gapsSince(long time) {
    List<Long> gaps = new ArrayList<>();
    for (List<Run> of : runs.values()) {
      List<Run> sorted = of.stream().sorted((a, b) -> Long.compare(a.from, b.from)).toList();
      for (int i = 1; i < sorted.size(); i++) {
        if (sorted.get(i).from < time) continue;
        gaps.add((sorted.get(i).from - sorted.get(i - 1).to) / 1_000_000);
      }
    }
    gaps.sort(null);
    return gaps;
  }
}
