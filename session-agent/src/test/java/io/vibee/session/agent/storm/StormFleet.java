package io.vibee.session.agent.storm;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Agents in slots, each behind a network of its own, their database, and their Telegram. */
final class StormFleet implements AutoCloseable {
  /** What tests with many processes need for themselves, see {@code ResourceLock}. */
  static final String CORES = "cores";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private StormSetup setup;
  private final StormClock databaseClock;
  private final StormDatabase database;
  private final TelegramServer telegram;
  private final List<StormProxy> networks = new ArrayList<>();
  private final List<StormProcess> current = new ArrayList<>();
  private final List<StormProcess> replaced = new ArrayList<>();
  private final List<StormProcess> apart = new ArrayList<>();
  private long generation = 1;

  /** Starts all but the agents; their logs stay in the build's folder. */
  StormFleet(StormSetup setup) throws IOException, SQLException {
    this(setup, newFolder());
  }

  private StormFleet(StormSetup setup, Path folder) throws IOException, SQLException {
    this(setup, folder, clock(setup, folder.resolve("database.clock")));
  }

  private StormFleet(StormSetup setup, Path folder, StormClock clock)
      throws IOException, SQLException {
    this(setup, folder, clock, new StormDatabase(folder, setup.sessions(), clock));
    for (int i = 0; i < setup.agents(); i++) networks.add(new StormProxy(database.port()));
  }

  private StormFleet(StormSetup setup, Path folder, StormClock clock, StormDatabase database)
      throws IOException {
    this.folder = folder;
    this.setup = setup;
    this.databaseClock = clock;
    this.database = database;
    this.telegram = TelegramServer.start();
  }

  /**
   * The same with a standby, which agents find by their address of the database.
   *
   * @param synchronous whether a commit waits for the standby
   * @param ahead how many seconds the standby's clock is ahead
   */
  static StormFleet withStandby(StormSetup setup, boolean synchronous, int ahead)
      throws IOException, SQLException {
    Path folder = newFolder();
    StormClock clock = clock(setup, folder.resolve("standby.clock"));
    if (!setup.faketime().isEmpty()) clock.jump(ahead);
    return new StormFleet(
        setup, folder, clock, new StormDatabase(folder, setup.sessions(), synchronous, clock));
  }

  private static Path newFolder() throws IOException {
    Path logs = Files.createDirectories(Path.of("target", "storm").toAbsolutePath());
    return Files.createTempDirectory(logs, "fleet-");
  }

  private static StormClock clock(StormSetup setup, Path file) throws IOException {
    return setup.faketime().isEmpty() ? StormClock.REAL : StormClock.of(setup.faketime(), file);
  }

  /** Starts the agents, without waiting for anything. */
  void startAgents() throws IOException {
    for (int slot = 0; slot < setup.agents(); slot++) current.add(launch(slot));
  }

  private StormProcess launch(int slot) throws IOException {
    String url =
        networks.isEmpty()
            ? database.url()
            : "postgresql://postgres@localhost:" + networks.get(slot).port() + "/postgres";
    Map<String, String> own = Map.of("STORM_GENERATION", Long.toString(generation));
    return StormProcess.start(folder, "agent-" + slot, url, telegram, setup, own);
  }

  /** Starts an agent that takes no part in the fleet, and runs the session of one user. */
  StormProcess startApart(String user) throws IOException {
    StormProcess started =
        StormProcess.start(
            folder, "apart-" + user, database.url(), telegram, setup, Map.of("STORM_USER", user));
    apart.add(started);
    return started;
  }

  /** Where everything of it is logged. */
  Path folder() {
    return folder;
  }

  StormSetup setup() {
    return setup;
  }

  StormDatabase database() {
    return database;
  }

  StormClock databaseClock() {
    return databaseClock;
  }

  TelegramServer telegram() {
    return telegram;
  }

  StormProcess agent(int slot) {
    return current.get(slot);
  }

  StormProxy network(int slot) {
    return networks.get(slot);
  }

  /** As {@link #deploy}, without waiting for the end of the one that was there. */
  void rollOut(int slot) throws IOException {
    StormProcess old = current.get(slot);
    StormProcess started = launch(slot);
    current.set(slot, started);
    replaced.add(old);
    await()
        .pollInterval(Duration.ofMillis(50))
        .atMost(PATIENCE)
        .until(() -> started.hasSaid(StormAgent.READY));
    old.terminate();
  }

  /** Whether all agents take part. */
  boolean areReady() throws IOException {
    for (StormProcess agent : current) if (!agent.hasSaid(StormAgent.READY)) return false;
    return true;
  }

  /** Puts another process into a slot whose process has ended. */
  void restart(int slot) throws IOException {
    if (current.get(slot).isAlive()) throw new IllegalStateException("it runs: " + slot);
    current.set(slot, launch(slot));
  }

  /** Says how agents are started from now on. */
  void become(StormSetup next) {
    setup = next;
  }

  /** Says that what is started from now on is a newer deployment. */
  void nextGeneration() {
    generation++;
  }

  /** Starts another process in a slot and, once that takes part, asks the one there to end. */
  void deploy(int slot) throws IOException {
    StormProcess old = current.get(slot);
    rollOut(slot);
    await().atMost(PATIENCE).until(() -> !old.isAlive());
  }

  /** Starts another process in a slot, and asks the one that was there to end, at once. */
  void replace(int slot) throws IOException {
    StormProcess old = current.set(slot, launch(slot));
    replaced.add(old);
    old.terminate();
  }

  /** The processes that were replaced and have not ended yet. */
  List<StormProcess> ending() {
    replaced.removeIf(process -> !process.isAlive());
    return List.copyOf(replaced);
  }

  /** The sessions that are not connected. */
  Set<String> missing() {
    Set<String> connected = telegram.connected();
    return IntStream.rangeClosed(1, setup.sessions())
        .mapToObj(n -> "s" + n)
        .filter(session -> !connected.contains(session))
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    current.forEach(StormProcess::destroy);
    replaced.forEach(StormProcess::destroy);
    apart.forEach(StormProcess::destroy);
    networks.forEach(StormProxy::close);
    telegram.close();
    database.close();
  }
}
