package com.example.modules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Applications with plug-ins load modules in layers, whose loaders are not those of the process.
 * Stores and keys are found there, too.
 */
class LayersIT {
  private static final String AGENT = "com.example.modules";
  private static final String MIGRATION = "io/vibee/session/migrations/001_user_sessions.sql";

  private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();
  private static final ModuleLayer BOOT = ModuleLayer.boot();

  /** What the agent requires; what those require comes along. */
  private static final Set<String> REQUIRED =
      Set.of("io.vibee.session.admin", "io.vibee.session.agent");

  private static final Configuration WHOLE = configuration(BOOT, Set.of(AGENT), jar -> true);

  @Test
  void findKeysInALayerWithOneLoader() throws Exception {
    ModuleLayer layer = BOOT.defineModulesWithOneLoader(WHOLE, PLATFORM);
    requireLoading(layer, Thread.currentThread().getContextClassLoader());
  }

  @Test
  void findKeysInALayerWithALoaderForEachModule() throws Exception {
    ModuleLayer layer = BOOT.defineModulesWithManyLoaders(WHOLE, PLATFORM);
    requireLoading(layer, Thread.currentThread().getContextClassLoader());
  }

  /** The store cannot see the layers above it: the thread's loader does. */
  @Test
  void findKeysInALayerAboveTheStore() throws Exception {
    Predicate<Path> above =
        jar -> jar.getFileName().toString().matches("(example-modules|session-openpgp)-?.*");
    Configuration rest = configuration(BOOT, REQUIRED, above.negate());
    ModuleLayer below = BOOT.defineModulesWithOneLoader(rest, PLATFORM);
    assertThat(below.findModule("io.vibee.session.jdbc")).as("as a service").isPresent();
    assertThat(below.findModule("io.vibee.session.openpgp")).isEmpty();
    ModuleLayer layer =
        below.defineModulesWithOneLoader(configuration(below, Set.of(AGENT), above), PLATFORM);
    requireLoading(layer, layer.findLoader(AGENT));
  }

  @Test
  void letEverybodyReadTheMigration() throws Exception {
    ModuleLayer layer = BOOT.defineModulesWithOneLoader(WHOLE, PLATFORM);
    try (InputStream file = layer.findLoader(AGENT).getResourceAsStream(MIGRATION)) {
      assertThat(file).as("to the library's users' tools").isNotNull();
      assertThat(new String(file.readAllBytes(), UTF_8)).isEqualTo(TestDatabase.migration());
    }
  }

  private static Configuration configuration(
      ModuleLayer parent, Set<String> roots, Predicate<Path> taken) {
    Path[] jars = Jars.ofTheAgent().stream().filter(taken).toArray(Path[]::new);
    ModuleFinder finder = ModuleFinder.of(jars);
    return parent.configuration().resolveAndBind(finder, ModuleFinder.of(), roots);
  }

  private static void requireLoading(ModuleLayer layer, ClassLoader context) throws Exception {
    TestDatabase database = Postgres.NEWEST.createDatabase();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Class<?> type = layer.findLoader(AGENT).loadClass(AGENT + ".Agent");
    assertThat(type.getModule().getLayer()).isSameAs(layer);
    Object agent =
        type.getConstructor(Map.class, PrintStream.class)
            .newInstance(Accounts.with(database), new PrintStream(out, true, UTF_8));

    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(context);
    try {
      for (String method : List.of("adopt", "load")) type.getMethod(method).invoke(agent);
    } finally {
      thread.setContextClassLoader(before);
    }
    assertThat(out.toString(UTF_8)).isEqualTo("sess_1 of multi-tenant, a hash of 32\n");
  }
}
