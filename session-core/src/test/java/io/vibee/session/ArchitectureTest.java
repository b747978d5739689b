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
  @ArchTest
  static final ArchRule standsOnTheJdkAndSlf4jAlone =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.vibee.session", "java..", "org.slf4j", "org.jspecify.annotations")
          .because("an agent that only reads the environment needs core alone");

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
