package io.vibee.session.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads how much processor time all processes of a server have taken, those that have ended
 * included, on a Linux that shows it in /proc.
 */
final class ServerTime {
  /** The same on every Linux, see {@code getconf CLK_TCK}. */
  private static final double TICKS_PER_SECOND = 100;

  /** Places in a line of /proc/…/stat behind the name of the program, which may hold spaces. */
  private static final int USER = 11;

  private static final int SYSTEM = 12;
  private static final int USER_OF_ENDED_CHILDREN = 13;
  private static final int SYSTEM_OF_ENDED_CHILDREN = 14;

  private final ProcessHandle postmaster;

  ServerTime(Database server) {
    String pid =
        server.value("postgres", "select split_part(pg_read_file('postmaster.pid'), chr(10), 1)");
    this.postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /** Returns the seconds of a processor since the server was started. */
  double seconds() {
    List<ProcessHandle> children = postmaster.children().toList();
    long ticks = ticks(postmaster, USER, SYSTEM, USER_OF_ENDED_CHILDREN, SYSTEM_OF_ENDED_CHILDREN);
    for (ProcessHandle child : children) ticks += ticks(child, USER, SYSTEM);
    return ticks / TICKS_PER_SECOND;
  }

  private static long ticks(ProcessHandle process, int... places) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = 0;
      for (int place : places) ticks += Long.parseLong(fields[place]);
      return ticks;
    } catch (NoSuchFileException e) {
      return 0; // has ended since, and counts for its parent the next time
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
