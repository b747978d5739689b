package com.example.modules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each published jar is the module that it should be, and hides what is public for it alone. */
class PublishedModulesIT {
  /** A change of these is a change for users: docs/decisions/0013-modules.md lists them, too. */
  private static final Map<Path, Published> MODULES =
      Map.of(
          Jars.CORE,
          new Published(
              "io.vibee.session",
              "io.vibee.session",
              "io.vibee.session.json",
              "io.vibee.session.process"),
          Jars.JDBC,
          new Published(
              "io.vibee.session.jdbc",
              "io.vibee.session.jdbc",
              "io.vibee.session.jdbc.seal",
              "io.vibee.session.jdbc.url",
              "opens io.vibee.session.migrations"),
          Jars.OPENPGP,
          new Published("io.vibee.session.openpgp", "io.vibee.session.openpgp"),
          Jars.ADMIN,
          new Published("io.vibee.session.admin", "io.vibee.session.admin"),
          Jars.AGENT,
          new Published(
              "io.vibee.session.agent", "io.vibee.session.agent", "io.vibee.session.agent.bridge"),
          Jars.CLI,
          new Published(
              "io.vibee.session.cli",
              "io.vibee.session.cli",
              "opens io.vibee.session.cli to info.picocli"));

  /** A module's name, and its packages that others may use or reflect on. */
  private record Published(String name, Set<String> packages) {
    Published(String name, String... packages) {
      this(name, Set.of(packages));
    }

    static Published of(ModuleDescriptor module) {
      assertThat(module.isAutomatic()).as(module.name() + " has a descriptor").isFalse();
      assertThat(module.isOpen()).isFalse();
      Stream<String> exported = module.exports().stream().map(it -> it.source() + to(it.targets()));
      Stream<String> opened =
          module.opens().stream().map(it -> "opens " + it.source() + to(it.targets()));
      return new Published(
          module.name(), Stream.concat(exported, opened).collect(Collectors.toSet()));
    }

    private static String to(Set<String> modules) {
      return modules.isEmpty() ? "" : " to " + String.join(", ", new TreeSet<>(modules));
    }
  }

  @TempDir Path folder;

  @Test
  void exportWhatUsersMayCallAndNothingElse() {
    MODULES.forEach(
        (jar, expected) -> assertThat(Published.of(descriptor(jar))).isEqualTo(expected));
  }

  /** An agent that reads the environment has core alone, and gets no Jackson with it. */
  @Test
  void leaveJacksonToThoseWhoWriteJson() throws IOException {
    assertThat(descriptor(Jars.CORE).requires())
        .filteredOn(required -> required.name().startsWith("com.fasterxml."))
        .hasSize(2)
        .allMatch(required -> required.modifiers().contains(Modifier.STATIC));
    try (JarFile core = new JarFile(Jars.CORE.toFile())) {
      JarEntry pom = core.getJarEntry("META-INF/maven/io.vibee/session-core/pom.xml");
      String text = new String(core.getInputStream(pom).readAllBytes(), UTF_8);
      String jackson =
          "<groupId>com.fasterxml.jackson.core</groupId>\\s+<artifactId>jackson-[a-z]+</artifactId>";
      assertThat(Pattern.compile(jackson).matcher(text).results()).hasSize(2);
      String optional = jackson + "\\s+<optional>true<";
      assertThat(Pattern.compile(optional).matcher(text).results()).hasSize(2);
    }
  }

  @Test
  void keepTheNameOfTheTestkitWhichHasNoDescriptor() {
    ModuleDescriptor testkit = descriptor(Jars.TESTKIT);
    assertThat(testkit.isAutomatic()).isTrue();
    assertThat(testkit.name()).isEqualTo("io.vibee.session.testkit");
  }

  @Test
  void provideTheSameServicesOnEitherPath() throws IOException {
    for (Path jar : MODULES.keySet()) {
      Map<String, List<String>> asModule =
          descriptor(jar).provides().stream()
              .collect(Collectors.toMap(Provides::service, Provides::providers));
      assertThat(asModule).as(jar.toString()).isEqualTo(services(jar));
    }
  }

  @Test
  void leaveNoPackageSplitAndNoneMissing() throws IOException {
    Set<String> owners = new TreeSet<>();
    List<Path> all = new ArrayList<>(Jars.withTheCommand());
    all.add(Jars.TESTKIT);
    List<String> split = new ArrayList<>();
    for (Path jar : all) {
      for (String name : descriptor(jar).packages()) if (!owners.add(name)) split.add(name);
    }
    assertThat(split).as("packages that two jars have").isEmpty();

    String names = MODULES.values().stream().map(Published::name).collect(Collectors.joining(","));
    String path = Jars.path(Jars.withTheCommand());
    // What is required as static is looked at only where it is named.
    String told =
        run(
            "jdeps",
            "-summary",
            "--multi-release",
            "17",
            "--module-path",
            path,
            "--add-modules",
            names + ",org.jspecify");
    assertThat(told.lines())
        .contains("io.vibee.session.jdbc -> org.postgresql.jdbc")
        .allMatch(line -> line.matches("[a-z.0-9]+ -> [a-z.0-9]+"))
        .noneMatch(line -> line.contains("unnamed") || line.contains("removed"));
  }

  @Test
  void hideThePackagesOfTheirOwnFromOtherModules() throws IOException {
    assertThat(compile(HIDDEN, "--module-path", "module-info.java", "Curious.java"))
        .contains("package io.vibee.session.jdbc.sql is not visible")
        .contains("package io.vibee.session.admin.http is not visible")
        .doesNotContain("cannot find symbol");
    assertThat(compile(VISIBLE, "--module-path", "module-info.java", "Curious.java")).isEmpty();
  }

  /** There, what is public is public: nothing but the Javadoc of the package tells. */
  @Test
  void cannotHideThemOnTheClassPath() throws IOException {
    assertThat(compile(HIDDEN, "--class-path", "Curious.java")).isEmpty();
  }

  private static final List<String> HIDDEN =
      List.of("io.vibee.session.jdbc.sql.Jdbc", "io.vibee.session.admin.http.Json");

  private static final List<String> VISIBLE =
      List.of("io.vibee.session.jdbc.JdbcSessionStore", "io.vibee.session.admin.AdminHandler");

  @Test
  void compileTheAgentOnTheClassPathToo() throws IOException {
    String source =
        Path.of("src", "main", "java", "com", "example", "modules", "Agent.java").toString();
    String path = Jars.path(Jars.ofItsDependencies());
    assertThat(
            run("javac", "--release", "17", "--class-path", path, "-d", folder.toString(), source))
        .isEmpty();
  }

  @Test
  void keepTheTestsJarOutOfIt() throws IOException {
    Path jar = Jars.of(TestDatabase.class);
    try (JarFile tests = new JarFile(jar.toFile())) {
      assertThat(tests.getEntry("module-info.class")).isNull();
      assertThat(tests.stream().map(JarEntry::getName).filter(name -> name.endsWith(".class")))
          .isNotEmpty()
          .allMatch(name -> name.startsWith("io/vibee/session/jdbc/testing/"));
    }
  }

  /** What javac says of a class that uses these, in a module that requires all that it may. */
  private String compile(List<String> used, String path, String... files) throws IOException {
    Files.writeString(
        folder.resolve("module-info.java"),
        "module curious { requires io.vibee.session.jdbc; requires io.vibee.session.admin; }");
    String types = used.stream().map(type -> type + ".class").collect(Collectors.joining(", "));
    Files.writeString(
        folder.resolve("Curious.java"),
        "package curious; class Curious { Class<?>[] used = {" + types + "}; }");
    List<String> args = new ArrayList<>();
    args.addAll(List.of("-d", folder.resolve("classes").toString(), "--release", "17"));
    args.addAll(List.of(path, Jars.path(Jars.ofItsDependencies())));
    for (String file : files) args.add(folder.resolve(file).toString());
    return run("javac", args.toArray(String[]::new));
  }

  private static ModuleDescriptor descriptor(Path jar) {
    Set<ModuleReference> found = ModuleFinder.of(jar).findAll();
    assertThat(found).as(jar.toString()).hasSize(1);
    return found.iterator().next().descriptor();
  }

  /** What the class path finds: by service, the providers. */
  private static Map<String, List<String>> services(Path jar) throws IOException {
    String folder = "META-INF/services/";
    try (JarFile opened = new JarFile(jar.toFile())) {
      Map<String, List<String>> services = new HashMap<>();
      for (JarEntry entry : Collections.list(opened.entries())) {
        if (!entry.getName().startsWith(folder) || entry.isDirectory()) continue;
        String providers = new String(opened.getInputStream(entry).readAllBytes(), UTF_8);
        services.put(entry.getName().substring(folder.length()), providers.lines().toList());
      }
      return services;
    }
  }

  /** What a tool of the JDK prints. */
  private static String run(String tool, String... args) {
    StringWriter told = new StringWriter();
    PrintWriter out = new PrintWriter(told);
    ToolProvider.findFirst(tool).orElseThrow().run(out, out, args);
    return told.toString();
  }
}
