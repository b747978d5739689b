package io.vibee.session.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.agent.SessionAgent;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.Tools;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of deploy/, against what the agent really reads, answers and takes. */
class DeployFilesTest {
  private static final Path DEPLOY = Path.of("deploy");

  /** What no variable of the agent accepts: each names itself when it has it. */
  private static final String MALFORMED = "\u0001";

  /** In place of what only a cluster or systemd knows, or a secret. */
  private static final Map<String, String> VALUES =
      Map.of(
          "DATABASE_URL", "postgresql://agent@db.example.com/vibee",
          "ENCRYPTION_MASTER_KEY", "0123456789abcdef".repeat(4),
          "VIBEE_API_KEY", "made-up-token-0123456789abcdefghij",
          "metadata.name", "vibee-agent-0",
          "status.podIP", "10.0.0.3",
          "%H", "machine-1");

  private static String read(String file) throws IOException {
    return Files.readString(DEPLOY.resolve(file), UTF_8);
  }

  /** The settings of the unit, those that are given several times joined by lines. */
  private static Map<String, String> unit() throws IOException {
    Map<String, String> settings = new TreeMap<>();
    for (String line : read("agent.service").lines().toList()) {
      if (line.isBlank() || line.startsWith("#") || line.startsWith("[")) continue;
      assertThat(line).matches("[A-Za-z]+=.*");
      String[] parts = line.split("=", 2);
      settings.merge(parts[0], parts[1], (one, other) -> one + "\n" + other);
    }
    return settings;
  }

  private static Map<String, String> variablesOfTheUnit() throws IOException {
    Map<String, String> variables = new LinkedHashMap<>();
    unit()
        .get("Environment")
        .lines()
        .map(line -> line.split("=", 2))
        .forEach(parts -> variables.put(parts[0], VALUES.getOrDefault(parts[1], parts[1])));
    return variables;
  }

  private static List<Object> kubernetes() throws IOException {
    List<Object> documents = new ArrayList<>();
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    yaml.loadAll(read("kubernetes.yaml")).forEach(documents::add);
    return documents;
  }

  private static Object deployment() throws IOException {
    return kubernetes().get(0);
  }

  private static Object pod() throws IOException {
    return at(deployment(), "spec/template/spec");
  }

  /** Follows names of maps and places in lists. */
  private static Object at(Object node, String path) {
    Object found = node;
    for (String step : path.split("/", -1)) {
      found = found instanceof List<?> list ? list.get(Integer.parseInt(step)) : in(found, step);
    }
    return found;
  }

  private static Object in(Object map, String name) {
    Object value = ((Map<?, ?>) map).get(name);
    if (value == null) throw new AssertionError("there is no " + name + " in " + map);
    return value;
  }

  private static int number(Object node, String path) {
    return (Integer) at(node, path);
  }

  /** What a probe asks for. */
  static String probe(String name) throws IOException {
    return (String) at(pod(), "containers/0/" + name + "/httpGet/path");
  }

  static int gracePeriod() throws IOException {
    return number(pod(), "terminationGracePeriodSeconds");
  }

  static Map<String, String> variablesOfKubernetes() throws IOException {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Object each : (List<?>) at(pod(), "containers/0/env")) {
      Map<?, ?> variable = (Map<?, ?>) each;
      String name = (String) in(variable, "name");
      variables.put(
          name, variable.containsKey("value") ? (String) variable.get("value") : from(variable));
    }
    assertThat(variables).doesNotContainValue(null);
    return variables;
  }

  private static String from(Map<?, ?> variable) {
    Map<?, ?> source = (Map<?, ?>) in(variable, "valueFrom");
    return source.containsKey("fieldRef")
        ? VALUES.get((String) at(source, "fieldRef/fieldPath"))
        : VALUES.get((String) variable.get("name"));
  }

  private static void open(Map<String, String> environment) {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    Agent.open(environment, nowhere).close();
  }

  private static void assertEachIsRead(Map<String, String> variables) {
    assertThat(variables).isNotEmpty();
    for (String name : variables.keySet()) {
      Map<String, String> changed = new HashMap<>(variables);
      changed.put(name, MALFORMED);
      assertThatThrownBy(() -> open(changed))
          .as(name)
          .isInstanceOf(MisconfiguredException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void theAgentReadsEachVariableOfKubernetes() throws Exception {
    assertEachIsRead(variablesOfKubernetes());
  }

  @Test
  void theAgentReadsEachVariableOfTheUnit(@TempDir Path secrets) throws Exception {
    Map<String, String> variables = variablesOfTheUnit();
    for (Map.Entry<String, String> each : variables.entrySet()) {
      if (!each.getKey().endsWith("_FILE")) continue;
      String secret = VALUES.get(each.getKey().replace("_FILE", ""));
      Path file = secrets.resolve(Path.of(each.getValue()).getFileName());
      Files.createFile(file, ownerOnly());
      each.setValue(Files.writeString(file, secret).toString());
    }
    assertEachIsRead(variables);
  }

  private static FileAttribute<?> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void refusesNoVariableThatIsNotRead() throws Exception {
    Map<String, String> variables = new HashMap<>(variablesOfKubernetes());
    variables.put("SESSION_FLEET_MADE_UP", MALFORMED);
    SessionAgent.check(variables);
  }

  @Test
  void theyGiveTheAgentTheTimeThatItTakesToEnd() throws Exception {
    int seconds = Lifetime.GRACE_SECONDS + 1;
    assertThat(gracePeriod()).isGreaterThan(seconds);
    assertThat(Integer.parseInt(unit().get("TimeoutStopSec"))).isGreaterThan(seconds);
    assertThat(unit())
        .containsEntry("SuccessExitStatus", "143")
        .containsEntry("Restart", "always")
        .doesNotContainKey("KillSignal")
        .doesNotContainKey("KillMode");
  }

  /** Else it has to wait for the silence of the one that it follows. */
  @Test
  void anAgentSeesThatItsPredecessorIsGone() throws Exception {
    assertThat(at(pod(), "shareProcessNamespace")).isEqualTo(true);
    assertThat(unit()).doesNotContainKeys("ProtectProc", "ProcSubset", "PrivatePIDs");
  }

  @Test
  void aDeploymentEndsNoAgentBeforeAnotherOneIsReady() throws Exception {
    Object update = at(deployment(), "spec/strategy/rollingUpdate");
    assertThat(number(update, "maxUnavailable")).isZero();
    assertThat(number(update, "maxSurge")).isPositive();
    Object label = at(deployment(), "spec/template/metadata/labels/app");
    for (Object document : kubernetes()) {
      assertThat(at(document, "spec/selector/matchLabels/app")).isEqualTo(label);
    }
  }

  /** Their paths are asked in {@link DeployIT}. */
  @Test
  void probesAskWhereTheAgentAnswers() throws Exception {
    Object container = at(pod(), "containers/0");
    assertThat(variablesOfKubernetes())
        .containsEntry("PORT", Integer.toString(number(container, "ports/0/containerPort")))
        .containsEntry("VIBEE_BIND_ADDRESS", "0.0.0.0");
    for (String probe : List.of("livenessProbe", "readinessProbe")) {
      assertThat(at(container, probe + "/httpGet/port")).isEqualTo(at(container, "ports/0/name"));
      // A database that hangs is told after two seconds.
      assertThat(number(container, probe + "/timeoutSeconds")).isGreaterThan(2);
    }
    assertThat(at(container, "securityContext/readOnlyRootFilesystem")).isEqualTo(true);
    // So the JVM needs another place for its temporary files.
    assertThat(at(pod(), "volumes/0/emptyDir")).isInstanceOf(Map.class);
    assertThat(at(container, "volumeMounts/0/name")).isEqualTo(at(pod(), "volumes/0/name"));
  }

  @Test
  void theImageHasWhatTheBuildMakes() throws Exception {
    Set<String> copied =
        read("Containerfile")
            .lines()
            .filter(line -> line.startsWith("COPY "))
            .map(line -> line.split(" ", -1)[1])
            .collect(Collectors.toSet());
    assertThat(copied).containsExactlyInAnyOrder("agent.jar", "lib");
    assertThat(Files.readString(Path.of("pom.xml"), UTF_8))
        .contains(
            "<finalName>agent</finalName>",
            "${project.build.directory}/lib",
            "<classpathPrefix>lib/");
    assertThat(read("Containerfile").lines())
        .contains("USER " + number(pod(), "securityContext/runAsUser"));
  }

  @Test
  void systemdReadsTheUnit(@TempDir Path folder) throws Exception {
    Tools.require("systemd-analyze");
    // Which is not installed here.
    String text = read("agent.service").replaceAll("(?m)^ExecStart=\\S+", "ExecStart=/bin/true");
    Path file = Files.writeString(folder.resolve("vibee-agent.service"), text);
    assertThat(verify(file)).isEmpty();
    Path wrong =
        Files.writeString(
            folder.resolve("wrong.service"), text.replace("NoNewPrivileges=", "NoNewPrivilege="));
    assertThat(verify(wrong)).contains("NoNewPrivilege");
  }

  private static String verify(Path unit) throws Exception {
    Path told = unit.resolveSibling(unit.getFileName() + ".told");
    Process process =
        Processes.of("systemd-analyze", "verify", unit.toString())
            .redirectErrorStream(true)
            .redirectOutput(told.toFile())
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    // It reads all units of the machine.
    try (Stream<String> lines = Files.lines(told)) {
      return lines
          .filter(line -> line.contains(unit.getFileName().toString()))
          .collect(Collectors.joining("\n"));
    }
  }
}
