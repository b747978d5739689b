package io.vibee.session.jdbc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What this module may use, and what it shows. */
@AnalyzeClasses(
    packages = "io.vibee.session.jdbc",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule dependsOnCoreAndNotOnModulesAboveIt =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vibee.session.openpgp..",
              "io.vibee.session.admin..",
              "io.vibee.session.cli..",
              "io.vibee.session.testkit..",
              "io.vibee.session.agent..")
          .because("admin, cli → core ← jdbc ← openpgp");

  @ArchTest
  static final ArchRule showsFewTypes =
      classes()
          .that()
          .arePublic()
          .should()
          .haveSimpleName("JdbcSessionStore")
          .orShould()
          .haveSimpleName("JdbcSessionStoreProvider")
          .orShould()
          .haveSimpleName("SessionMigrations")
          .orShould()
          .haveSimpleName("SessionSchema")
          .orShould()
          .haveSimpleName("DatabaseUrl")
          .orShould()
          .haveSimpleName("HashSealer")
          .orShould()
          .haveSimpleName("Provider")
          .orShould()
          .haveSimpleName("SealedRow")
          .orShould()
          .haveSimpleName("SealException")
          .because("everything else may change without notice");

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
