package io.vibee.session.agent.storm;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Agents in slots, each behind a network of its own, their database, and their Telegram. */
final class StormFleet implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path folder;
  private final StormSetup setup;
  private final StormClock databaseClock;
  private final StormDatabase database;
  private final TelegramServer telegram;
  private final List<StormProxy> networks = new ArrayList<>();
  private final List<StormProcess> current = new ArrayList<>();
  private final List<StormProcess> replaced = new ArrayList<>();
  private long generation = 1;

  /** Starts all but the agents; their logs stay in the build's folder. */
  StormFleet(StormSetup setup) throws IOException, SQLException {
    Path logs = Files.createDirectories(Path.of("target", "storm").toAbsolutePath());
    this.folder = Files.createTempDirectory(logs, "fleet-");
    this.setup = setup;
    this.databaseClock =
        setup.faketime().isEmpty()
            ? StormClock.REAL
            : StormClock.of(setup.faketime(), folder.resolve("database.clock"));
    this.database = new StormDatabase(folder, setup.sessions(), databaseClock);
    this.telegram = TelegramServer.start();
    for (int i = 0; i < setup.agents(); i++) networks.add(new StormProxy(database.port()));
  }

  /** Starts the agents, without waiting for anything. */
  void startAgents() throws IOException {
    for (int slot = 0; slot < setup.agents(); slot++) current.add(launch(slot));
  }

  private StormProcess launch(int slot) throws IOException {
    return StormProcess.start(folder, slot, generation, networks.get(slot).port(), telegram, setup);
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

  /** Puts another process into a slot whose process has ended. */
  void restart(int slot) throws IOException {
    if (current.get(slot).isAlive()) throw new IllegalStateException("it runs: " + slot);
    current.set(slot, launch(slot));
  }

  /** Says that what is started from now on is a newer deployment. */
  void nextGeneration() {
    generation++;
  }

  /** Starts another process in a slot and, once that takes part, asks the one there to end. */
  void deploy(int slot) throws IOException {
    StormProcess old = current.get(slot);
    StormProcess started = launch(slot);
    current.set(slot, started);
    replaced.add(old);
    await().atMost(PATIENCE).until(() -> started.hasSaid(StormAgent.READY));
    old.terminate();
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
    networks.forEach(StormProxy::close);
    telegram.close();
    database.close();
  }
}
