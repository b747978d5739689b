package io.vibee.session.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What this module may use, how its packages depend on each other, and what it shows. */
@AnalyzeClasses(
    packages = "io.vibee.session.agent",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String AGENT = "io.vibee.session.agent";

  @ArchTest
  static final ArchRule dependsOnCoreAlone =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vibee.session.jdbc..",
              "io.vibee.session.openpgp..",
              "io.vibee.session.admin..",
              "io.vibee.session.cli..",
              "io.vibee.session.process..",
              "io.vibee.session.testkit..",
              "java.sql..")
          .because("an agent runs the sessions of any store: agent → core ← jdbc");

  @ArchTest
  static final ArchRule bridgeKnowsNothingOfTheLoop =
      noClasses()
          .that()
          .resideInAPackage(AGENT + ".bridge")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(AGENT)
          .because("agent → agent.bridge: the client is of use without the loop");

  @ArchTest
  static final ArchRule loopParsesNothing =
      noClasses()
          .that()
          .resideInAPackage(AGENT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.fasterxml.jackson..", "java.net.http..")
          .because("what is said to the bridge, and how, is the bridge's");

  @ArchTest
  static final ArchRule fleetHasNoThreadsAndNoClocks =
      noClasses()
          .that()
          .resideInAPackage(AGENT + ".fleet")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              AGENT,
              AGENT + ".bridge",
              "java.util.concurrent..",
              "java.net..",
              "java.io",
              "org.slf4j")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("java\\.lang\\.Thread|java\\.time\\.(Clock|Instant)")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .because("a simulation decides what happens to it, and when");

  @ArchTest
  static final ArchRule showsFewTypes =
      classes()
          .that()
          .arePublic()
          .and()
          .resideOutsideOfPackage(AGENT + ".fleet") // which the module does not export
          .should()
          .haveNameMatching(
              "io\\.vibee\\.session\\.agent\\.(SessionAgent(Builder)?|SessionHandler(\\$WithContext)?|RunningSession"
                  + "|SessionContext|SessionRefusedException(\\$Reason)?|FloodWaitException"
                  + "|FleetOptions(\\$CloseHangs)?"
                  + "|bridge\\.(Bridge|HttpBridge|BridgeException))")
          .because("agents rely on these; everything else may change without notice");

  @ArchTest
  static final ArchRule endsNoProcessAndPrintsNothing =
      noClasses()
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .because("a library leaves both to its caller");
}
