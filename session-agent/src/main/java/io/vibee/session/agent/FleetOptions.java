package io.vibee.session.agent;

import io.vibee.session.AgentRegistration;
import io.vibee.session.Environment;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.agent.fleet.FleetSettings;
import io.vibee.session.agent.fleet.WaveSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How an agent takes part in a fleet, in which each session has one owner at a time. Begin with
 * {@link #auto}, {@link #on} or {@link #off}; each other method returns changed options. The times
 * are explained in docs/fleet.md.
 *
 * <p>Immutable.
 */
public final class FleetOptions {
  /** Whether to take part. */
  enum Mode {
    AUTO,
    ON,
    OFF
  }

  /** What to do when connections do not close though others may take their sessions. */
  public enum CloseHangs {
    /**
     * Ends the process at once, with exit code 9 and without its shutdown hooks, so that the kernel
     * closes the connections. The sessions that hang are named in the log before.
     */
    HALT_PROCESS,
    /** Names them in the log. Telegram may then end sessions that are connected twice. */
    RISK_CONNECTED_TWICE
  }

  private static final int CAPACITY = 10_000;

  private Mode mode;
  private @Nullable String name;
  private @Nullable String address;
  private long generation;
  private int capacity = CAPACITY;
  private Duration beat = Duration.ofSeconds(5);
  private Duration silence = Duration.ofSeconds(60);
  private Duration stop = Duration.ofSeconds(5);
  private Duration linger = Duration.ofSeconds(25);
  private Duration statementTimeout = Duration.ofSeconds(2);
  private Duration coolDown = Duration.ofMillis(500);
  private WaveSettings waves = WaveSettings.GENTLE;
  private CloseHangs closeHangs = CloseHangs.HALT_PROCESS;

  private FleetOptions(Mode mode) {
    this.mode = mode;
  }

  /**
   * Takes part if the database has the tables of a fleet ({@code migrations/002_fleet.sql}), as an
   * agent does that sets nothing.
   *
   * @return the options
   */
  public static FleetOptions auto() {
    return new FleetOptions(Mode.AUTO);
  }

  /**
   * Takes part; it is an error if the database has no tables of a fleet.
   *
   * @return the options
   */
  public static FleetOptions on() {
    return new FleetOptions(Mode.ON);
  }

  /**
   * Takes no part, whatever the database has. Nothing then keeps two agents from one session, but
   * that each leaves out what an agent of a fleet holds at the moment when it loads.
   *
   * @return the options
   */
  public static FleetOptions off() {
    return new FleetOptions(Mode.OFF);
  }

  /**
   * Reads the variables {@code SESSION_FLEET} ({@code auto}, {@code on} or {@code off}), {@code
   * SESSION_FLEET_NAME}, {@code SESSION_FLEET_ADDRESS}, {@code SESSION_FLEET_GENERATION}, {@code
   * SESSION_FLEET_CAPACITY}, {@code SESSION_FLEET_SILENCE_SECONDS}, {@code
   * SESSION_FLEET_BEAT_SECONDS}, {@code SESSION_FLEET_STOP_SECONDS} and {@code
   * SESSION_FLEET_LINGER_SECONDS}. What is not set stays as it is.
   *
   * @param environment the variables, such as {@link System#getenv()}
   * @return the options
   * @throws MisconfiguredException if variables are malformed; names each
   */
  public static FleetOptions fromEnvironment(Map<String, String> environment) {
    Environment env = Environment.of(environment);
    FleetOptions read = auto();
    List<Runnable> checks = new ArrayList<>();
    checks.add(() -> env.find("SESSION_FLEET").ifPresent(text -> read.mode = modeOf(text)));
    checks.add(
        () -> env.find("SESSION_FLEET_NAME").ifPresent(text -> read.name = label("NAME", text)));
    checks.add(
        () ->
            env.find("SESSION_FLEET_ADDRESS")
                .ifPresent(text -> read.address = label("ADDRESS", text)));
    number(env, "GENERATION", 0, Long.MAX_VALUE, value -> read.generation = value, checks);
    number(env, "CAPACITY", 1, 1_000_000, value -> read.capacity = value.intValue(), checks);
    seconds(env, "SILENCE", value -> read.silence = value, checks);
    seconds(env, "BEAT", value -> read.beat = value, checks);
    seconds(env, "STOP", value -> read.stop = value, checks);
    seconds(env, "LINGER", value -> read.linger = value, checks);
    MisconfiguredException.checkAll(checks.toArray(Runnable[]::new));
    read.settings();
    return read;
  }

  private static Mode modeOf(String text) {
    for (Mode each : Mode.values()) {
      if (each.name().equalsIgnoreCase(text)) return each;
    }
    throw new MisconfiguredException(
        "SESSION_FLEET must be auto, on or off, as in SESSION_FLEET=auto");
  }

  private static String label(String variable, String text) {
    if (text.length() <= 255 && text.chars().noneMatch(Character::isISOControl)) return text;
    throw new MisconfiguredException(
        "SESSION_FLEET_"
            + variable
            + " must have at most 255 characters, and no control character");
  }

  private static void seconds(
      Environment env, String variable, Consumer<Duration> setter, List<Runnable> checks) {
    number(
        env,
        variable + "_SECONDS",
        1,
        86_400,
        value -> setter.accept(Duration.ofSeconds(value)),
        checks);
  }

  private static void number(
      Environment env,
      String variable,
      long least,
      long most,
      Consumer<Long> setter,
      List<Runnable> checks) {
    String name = "SESSION_FLEET_" + variable;
    checks.add(
        () ->
            env.find(name)
                .ifPresent(
                    text -> {
                      if (!text.matches("[0-9]{1,18}")
                          || Long.parseLong(text) < least
                          || Long.parseLong(text) > most) {
                        throw new MisconfiguredException(
                            "%s must be a whole number from %s to %s".formatted(name, least, most));
                      }
                      setter.accept(Long.parseLong(text));
                    }));
  }

  private FleetOptions with(Consumer<FleetOptions> change) {
    FleetOptions copy = new FleetOptions(mode);
    copy.name = name;
    copy.address = address;
    copy.generation = generation;
    copy.capacity = capacity;
    copy.beat = beat;
    copy.silence = silence;
    copy.stop = stop;
    copy.linger = linger;
    copy.statementTimeout = statementTimeout;
    copy.coolDown = coolDown;
    copy.waves = waves;
    copy.closeHangs = closeHangs;
    change.accept(copy);
    return copy;
  }

  /**
   * Sets the agent's name, for people; that of its machine and its process id unless set.
   *
   * @param value at most 255 characters
   * @return the changed options
   */
  public FleetOptions name(String value) {
    Objects.requireNonNull(value, "name");
    return with(copy -> copy.name = value);
  }

  /**
   * Sets where the agent can be reached, for routing; nothing unless set.
   *
   * @param value at most 255 characters
   * @return the changed options
   */
  public FleetOptions address(String value) {
    Objects.requireNonNull(value, "address");
    return with(copy -> copy.address = value);
  }

  /**
   * Sets which deployment the agent belongs to: what is free is for the newest one alone, as long
   * as it has room, and those before keep what they hold until they are told to end. 0 unless set.
   *
   * @param value a higher number for a newer one
   * @return the changed options
   */
  public FleetOptions generation(long value) {
    return with(copy -> copy.generation = value);
  }

  /**
   * Sets how many sessions the agent takes at most; 10,000 unless set.
   *
   * @param value at least 1
   * @return the changed options
   */
  public FleetOptions capacity(int value) {
    if (value < 1) throw new IllegalArgumentException("capacity must be 1 or more: " + value);
    return with(copy -> copy.capacity = value);
  }

  /**
   * Sets how often the agent gives a sign of life, at the least; 5 seconds unless set.
   *
   * @param value the time between two
   * @return the changed options
   */
  public FleetOptions beat(Duration value) {
    return with(copy -> copy.beat = value);
  }

  /**
   * Sets how long the agent may be silent before others take its sessions; 60 seconds unless set.
   *
   * @param value from a second to a day
   * @return the changed options
   */
  public FleetOptions silence(Duration value) {
    return with(copy -> copy.silence = value);
  }

  /**
   * Sets how long it may take to close all connections when the database does not answer; 5 seconds
   * unless set.
   *
   * @param value the time
   * @return the changed options
   */
  public FleetOptions stop(Duration value) {
    return with(copy -> copy.stop = value);
  }

  /**
   * Sets how long Telegram may believe in a connection after its last ping; 25 seconds unless set.
   * It depends on the client, see docs/fleet.md.
   *
   * @param value the time
   * @return the changed options
   */
  public FleetOptions linger(Duration value) {
    return with(copy -> copy.linger = value);
  }

  /**
   * Sets after which time a sign of life counts as lost; 2 seconds unless set.
   *
   * @param value the time
   * @return the changed options
   */
  public FleetOptions statementTimeout(Duration value) {
    return with(copy -> copy.statementTimeout = value);
  }

  /**
   * Sets how long a session that was let go stays free: longer than Telegram needs to hear that its
   * connection was closed. Half a second unless set.
   *
   * @param value the time, at most an hour
   * @return the changed options
   */
  public FleetOptions coolDown(Duration value) {
    return with(copy -> copy.coolDown = value);
  }

  /**
   * Sets how many sessions are started at first: so many, then so many more each time when those
   * before have been connected for a while. 1, 10 and 100 unless set, then all.
   *
   * @param settle how long a session must have been connected to count; a second unless set. After
   *     five times as long, with all of them connected, an unclean end of the process says nothing
   *     against them any more
   * @param sizes how many each time, 1 or more; none to start all at once
   * @return the changed options
   */
  public FleetOptions waves(Duration settle, Integer... sizes) {
    return with(
        copy ->
            copy.waves =
                new WaveSettings(
                    List.of(sizes),
                    settle,
                    settle.multipliedBy(5),
                    copy.waves.refusals(),
                    copy.waves.share()));
  }

  /**
   * Sets when the whole fleet stops to start sessions: when Telegram has refused so many for good
   * within ten minutes, and this share of all that were started. 3 and a fifth unless set.
   *
   * @param refusals how many at least, 1 or more
   * @param share from 0 to 1
   * @return the changed options
   */
  public FleetOptions brake(int refusals, double share) {
    return with(
        copy ->
            copy.waves =
                new WaveSettings(
                    copy.waves.sizes(), copy.waves.settle(), copy.waves.proof(), refusals, share));
  }

  /**
   * Sets what happens when connections do not close though others may take their sessions; {@link
   * CloseHangs#HALT_PROCESS} unless set.
   *
   * @param value what to do
   * @return the changed options
   */
  public FleetOptions whenCloseHangs(CloseHangs value) {
    Objects.requireNonNull(value, "value");
    return with(copy -> copy.closeHangs = value);
  }

  Mode mode() {
    return mode;
  }

  boolean isAsked() {
    return mode == Mode.ON;
  }

  CloseHangs closeHangs() {
    return closeHangs;
  }

  /** Checks the times, and that they fit each other. */
  FleetSettings settings() {
    return settings(capacity);
  }

  private FleetSettings settings(int atMost) {
    return new FleetSettings(
        beat, silence, stop, linger, 0.01, statementTimeout, coolDown, atMost, 2_500, 50, waves);
  }

  /**
   * Returns the settings of an agent.
   *
   * @param dedicated whether it runs only what it names
   */
  FleetSettings settings(boolean dedicated) {
    return settings(dedicated ? 0 : capacity);
  }

  AgentRegistration registration(boolean dedicated, Optional<ProcessIdentity> process) {
    AgentRegistration.Builder told =
        AgentRegistration.builder(
                name != null ? name : nameOfProcess(), silence, dedicated ? 0 : capacity)
            .generation(generation);
    if (address != null) told.address(address);
    process.ifPresent(its -> told.process(its.machine(), its.process()));
    return told.build();
  }

  private static String nameOfProcess() {
    String host = "agent";
    try {
      String told = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
      if (!told.isEmpty() && told.length() < 200) host = told;
    } catch (IOException e) {
      // Other systems have no such file.
    }
    return host + "-" + ProcessHandle.current().pid();
  }
}
