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
  private static final String JSON = "io.vibee.session.json";

  @ArchTest
  static final ArchRule standsOnTheJdkAndSlf4jAlone =
      classes()
          .that()
          .resideOutsideOfPackage(JSON)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(HERE, "java..", "org.slf4j", "org.jspecify.annotations")
          .because("an agent that only reads the environment needs core alone, and no Jackson");

  @ArchTest
  static final ArchRule jsonNeedsJacksonAndNothingElse =
      classes()
          .that()
          .resideInAPackage(JSON)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              HERE, JSON, "java..", "org.jspecify.annotations", "com.fasterxml.jackson..")
          .because("those who use it bring Jackson: json → session");

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
