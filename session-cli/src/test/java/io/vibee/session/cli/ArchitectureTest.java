package io.vibee.session.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** How the packages of this module stand on one another, and who may touch the process. */
@AnalyzeClasses(
    packages = "io.vibee.session.cli",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String CLI = "io.vibee.session.cli";
  private static final String BACKUP = CLI + ".backup..";
  private static final String JSON = CLI + ".json..";
  private static final String TERMINAL = CLI + ".terminal..";

  @ArchTest
  static final ArchRule terminalKnowsNothingAboveIt =
      noClasses()
          .that()
          .resideInAPackage(TERMINAL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CLI, BACKUP, JSON)
          .because("commands and the backup print through it: cli → backup → terminal");

  @ArchTest
  static final ArchRule jsonStandsByItself =
      noClasses()
          .that()
          .resideInAPackage(JSON)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CLI, BACKUP, TERMINAL)
          .because("how a value is written does not depend on who prints it");

  @ArchTest
  static final ArchRule backupKnowsNoCommand =
      noClasses()
          .that()
          .resideInAPackage(BACKUP)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CLI)
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("picocli..")
          .because("the format of a file does not depend on options: cli → backup");

  @ArchTest
  static final ArchRule packagesAreFreeOfCircles =
      slices()
          .matching("io.vibee.session.(**)")
          .should()
          .beFreeOfCycles()
          .because("each package is to be read without those that use it");

  @ArchTest
  static final ArchRule backupShowsFewTypes =
      classes()
          .that()
          .resideInAPackage(BACKUP)
          .and()
          .arePublic()
          .and()
          .areTopLevelClasses()
          .should()
          .haveSimpleName("BackupCipher")
          .orShould()
          .haveSimpleName("BackupExport")
          .orShould()
          .haveSimpleName("BackupReader")
          .orShould()
          .haveSimpleName("ImportReport")
          .orShould()
          .haveSimpleName("SessionImport")
          .because("commands need no more of it than to export, read and import");

  @ArchTest
  static final ArchRule mainAloneEndsTheProcess =
      noClasses()
          .that()
          .doNotBelongToAnyOf(Main.class)
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .accessField(System.class, "in")
          .orShould()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .because("tests run commands in their own process, on streams of their own");

  @ArchTest
  static final ArchRule theTerminalAloneAsks =
      noClasses()
          .that()
          .resideOutsideOfPackage(TERMINAL)
          .should()
          .callMethod(System.class, "console")
          .because("tests answer in the place of somebody at a terminal");
}
