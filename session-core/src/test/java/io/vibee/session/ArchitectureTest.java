package io.vibee.session;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Limits what core may use, since every agent carries it. */
@AnalyzeClasses(packages = "io.vibee.session", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String HERE = "io.vibee.session";
  private static final String JSON = HERE + ".json";
  private static final String PROCESS = HERE + ".process";

  @ArchTest
  static final ArchRule standsOnTheJdkAndSlf4jAlone =
      classes()
          .that()
          .resideInAPackage(HERE)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(HERE, "java..", "org.slf4j", "org.jspecify.annotations")
          .because("an agent that only reads the environment needs it alone: json, process → it");

  @ArchTest
  static final ArchRule programsNeedNoMore =
      classes()
          .that()
          .resideInAPackage(PROCESS)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(HERE, PROCESS, "java..", "org.slf4j", "org.jspecify.annotations")
          .because("a program that only reads the environment has .env files and exit codes, too");

  @ArchTest
  static final ArchRule jsonNeedsJacksonBesides =
      classes()
          .that()
          .resideInAPackage(JSON)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              HERE, JSON, "java..", "org.jspecify.annotations", "com.fasterxml.jackson..")
          .because("those who use it bring Jackson, and nothing else");

  @ArchTest
  static final ArchRule everyClassIsInOneOfThesePackages =
      classes()
          .should()
          .resideInAnyPackage(HERE, JSON, PROCESS)
          .because("the rules above name them");

  @ArchTest
  static final ArchRule opensNoDatabaseItself =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..")
          .because("stores are found by ServiceLoader");

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
