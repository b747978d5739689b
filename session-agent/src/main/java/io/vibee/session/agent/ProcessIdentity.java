package io.vibee.session.agent;

import io.vibee.session.AgentRegistration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What tells this process from all others of a machine, and whether another one is gone, as Linux
 * shows it in /proc (proc(5)): boot id and process namespace, process id and start time. So a
 * process that comes up after a crash need not wait for the silence of the one before.
 *
 * @param machine tells the running kernel and the process namespace
 * @param process the process's id and its start, in ticks since the machine came up
 */
record ProcessIdentity(String machine, String process) {
  private static final Path PROC = Path.of("/proc");

  /** The place of the start time, counted from what follows the command's name. */
  private static final int START_TIME = 19;

  /** Finds this process's; empty where there is no such file system, or it hides processes. */
  static Optional<ProcessIdentity> ofThisProcess() {
    try {
      if (hidesProcesses()) return Optional.empty();
      String boot = Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
      String namespace = Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
      long pid = ProcessHandle.current().pid();
      Optional<String> start = startOf(pid);
      return start.map(ticks -> new ProcessIdentity(boot + " " + namespace, pid + " " + ticks));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** With such an option processes of other users look as if they were gone. */
  private static boolean hidesProcesses() throws IOException {
    for (String mount : Files.readAllLines(PROC.resolve("self/mountinfo"))) {
      if (mount.contains(" /proc ") && mount.contains("hidepid=")) return true;
    }
    return false;
  }

  /** Whether an agent was a process of this machine that is there no more. */
  boolean isGone(AgentRegistration agent) {
    if (!agent.machine().equals(Optional.of(machine))) return false;
    String[] its = agent.process().orElse("").split(" ", -1);
    if (its.length != 2 || !its[0].matches("[1-9][0-9]{0,9}")) return false;
    try {
      return !startOf(Long.parseLong(its[0])).equals(Optional.of(its[1]));
    } catch (IOException | RuntimeException e) {
      return false; // nobody knows
    }
  }

  /** Returns when a process was started; empty if there is none of that id, or it has ended. */
  private static Optional<String> startOf(long pid) throws IOException {
    Path folder = PROC.resolve(Long.toString(pid));
    if (!Files.exists(folder)) return Optional.empty();
    String stat = Files.readString(folder.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    boolean ended = "Z".equals(fields[0]) || "X".equals(fields[0]);
    return ended ? Optional.empty() : Optional.of(fields[START_TIME]);
  }
}
