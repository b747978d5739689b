package io.vibee.session.jdbc.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.TagFilter.excludeTags;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.Filter;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * No test of a module is lost: each runs in every build, or has the tag "slow" and stands in the
 * module's {@code slow-tests.txt}. Each module that has slow tests extends this.
 */
public abstract class EveryTestRuns {
  private static final String SLOW = "slow";
  private static final Path LIST = Path.of("src", "test", "resources", "slow-tests.txt");

  private static final Path CLASSES = Path.of("target", "test-classes");

  /** What other tests run, and what takes the pictures for docs when it is called by name. */
  private static final Pattern NO_TEST = Pattern.compile(".*(Samples?|Screenshots)");

  /** Without the listeners on the class path, which belong to the run around this one. */
  private static final LauncherConfig ALONE =
      LauncherConfig.builder()
          .enableLauncherSessionListenerAutoRegistration(false)
          .enableLauncherDiscoveryListenerAutoRegistration(false)
          .enableTestExecutionListenerAutoRegistration(false)
          .build();

  /** What Maven runs: Surefire one kind, and Failsafe, where the module has it, the other. */
  private static Pattern named() throws IOException {
    boolean failsafe = Files.readString(Path.of("pom.xml")).contains("maven-failsafe-plugin");
    return Pattern.compile(failsafe ? ".*(Test|IT)" : ".*Test");
  }

  @Test
  void inEveryBuildOrAsASlowOneThatIsListed() throws IOException {
    List<String> classes = classes();
    List<String> named = classes.stream().filter(named().asMatchPredicate()).toList();
    Set<String> all = tests(classes);
    Set<String> fast = tests(named, excludeTags(SLOW));
    Set<String> slow = tests(named, includeTags(SLOW));
    assertThat(fast).isNotEmpty();
    Set<String> both = new TreeSet<>(fast);
    both.addAll(slow);
    assertThat(both).as("tests of either kind").hasSize(fast.size() + slow.size());
    assertThat(both).as("all tests, also those whose class Maven does not find").isEqualTo(all);
    assertThat(withoutMethodsOfWholeClasses(slow, fast)).as(LIST.toString()).isEqualTo(listed());
  }

  /** Those that are no part of another one, by name. */
  private static List<String> classes() throws IOException {
    try (Stream<Path> files = Files.walk(CLASSES)) {
      return files
          .map(file -> CLASSES.relativize(file).toString())
          .filter(file -> file.endsWith(".class") && !file.contains("$"))
          .map(file -> file.replace(".class", "").replace(File.separatorChar, '.'))
          .filter(name -> !NO_TEST.matcher(name).matches() && !name.endsWith("package-info"))
          .toList();
    }
  }

  private static Set<String> tests(List<String> classes, Filter<?>... filters) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(classes.stream().map(name -> selectClass(name)).toList())
            .filters(filters)
            .build();
    TestPlan plan = LauncherFactory.create(ALONE).discover(request);
    return plan.getRoots().stream()
        .flatMap(root -> plan.getDescendants(root).stream())
        .filter(test -> plan.getChildren(test).isEmpty())
        .map(EveryTestRuns::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The class, and the method where there is one. */
  private static String name(TestIdentifier test) {
    TestSource source = test.getSource().orElseThrow();
    if (source instanceof MethodSource method) {
      return method.getClassName() + "#" + method.getMethodName();
    }
    if (source instanceof ClassSource whole) return whole.getClassName() + "#";
    return test.getUniqueId() + "#";
  }

  private static Set<String> withoutMethodsOfWholeClasses(Set<String> slow, Set<String> fast) {
    Set<String> partly = fast.stream().map(EveryTestRuns::ofClass).collect(Collectors.toSet());
    return slow.stream()
        .map(test -> partly.contains(ofClass(test)) ? test : ofClass(test))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String ofClass(String test) {
    return test.substring(0, test.indexOf('#'));
  }

  /** The first word of each line; the others say why. */
  private static Set<String> listed() throws IOException {
    List<String> lines = Files.exists(LIST) ? Files.readAllLines(LIST) : List.of();
    return lines.stream()
        .map(line -> line.split(" ", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
