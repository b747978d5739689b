package io.vibee.session.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Limits what the parts of the testkit may use. */
@AnalyzeClasses(
    packages = "io.vibee.session.testkit",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule onlyDatabasesNeedWhatIsOptional =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.vibee.session.testkit.postgres..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vibee.session.jdbc..",
              "io.vibee.session.testkit.postgres..",
              "java.sql..",
              "javax.sql..",
              "io.zonky..",
              "org.testcontainers..")
          .because("users without a database have none of these on the class path");

  @ArchTest
  static final ArchRule contractsKnowNoStore =
      noClasses()
          .that()
          .resideInAPackage("io.vibee.session.testkit.contract..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vibee.session.testkit.memory..")
          .because("a contract that knows one store may end up requiring its accidental behaviour");

  @ArchTest
  static final ArchRule theStoreKnowsNoTests =
      noClasses()
          .that()
          .resideInAPackage("io.vibee.session.testkit.memory..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.junit..", "org.assertj..", "io.vibee.session.testkit.contract..")
          .because("it also serves demos and other test frameworks");

  @ArchTest
  static final ArchRule endsNoProcessAndTakesOnlyJUnit5Apis =
      noClasses()
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("org.junit.jupiter.params..", "org.junit.jupiter.engine..")
          .because("users bring their own JUnit, of which these may be missing");
}
