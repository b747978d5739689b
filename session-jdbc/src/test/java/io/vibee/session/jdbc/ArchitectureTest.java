package io.vibee.session.jdbc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/** What this module may use, what it shows, and which of its packages knows which. */
@AnalyzeClasses(
    packages = "io.vibee.session.jdbc",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String HERE = "io.vibee.session.jdbc";

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
  static final ArchRule packagesKnowThoseBelow =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("store")
          .definedBy(HERE)
          .layer("doctor")
          .definedBy(HERE + ".doctor")
          .layer("fleet")
          .definedBy(HERE + ".fleet")
          .layer("keys")
          .definedBy(HERE + ".keys")
          .layer("load")
          .definedBy(HERE + ".load")
          .layer("rows")
          .definedBy(HERE + ".rows")
          .layer("url")
          .definedBy(HERE + ".url")
          .layer("seal")
          .definedBy(HERE + ".seal")
          .layer("sql")
          .definedBy(HERE + ".sql")
          .whereLayer("store")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("doctor")
          .mayOnlyBeAccessedByLayers("store")
          .whereLayer("fleet")
          .mayOnlyBeAccessedByLayers("store")
          .whereLayer("keys")
          .mayOnlyBeAccessedByLayers("store")
          .whereLayer("load")
          .mayOnlyBeAccessedByLayers("store")
          .whereLayer("url")
          .mayOnlyBeAccessedByLayers("store", "doctor")
          .whereLayer("rows")
          .mayOnlyBeAccessedByLayers("store", "keys", "load")
          .whereLayer("seal")
          .mayOnlyBeAccessedByLayers("store", "doctor", "keys", "rows")
          .because(
              "a reader follows a call downwards: store → doctor, keys, load → rows, url → sql");

  @ArchTest
  static final ArchRule packagesFormNoCircle =
      slices()
          .matching("io.vibee.session.(jdbc..)")
          .should()
          .beFreeOfCycles()
          .because("packages that know each other are one package");

  /** Classes of one package: nested ones belong to theirs. */
  private static final SliceAssignment FILES =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
          JavaClass outermost = javaClass;
          while (outermost.getEnclosingClass().isPresent()) {
            outermost = outermost.getEnclosingClass().get();
          }
          return SliceIdentifier.of(outermost.getName());
        }

        @Override
        public String getDescription() {
          return "files";
        }
      };

  @ArchTest
  static final ArchRule filesFormNoCircle =
      slices()
          .assignedFrom(FILES)
          .should()
          .beFreeOfCycles()
          .because(
              "classes that know each other belong into one file, or one of them knows too much");

  @ArchTest
  static final ArchRule showsFewTypes =
      classes()
          .that()
          .arePublic()
          .and()
          .areTopLevelClasses()
          .and()
          .resideInAnyPackage(
              HERE, HERE + ".url", HERE + ".seal", HERE + ".load", HERE + ".keys", HERE + ".fleet")
          .should()
          .haveNameMatching(
              "io\\.vibee\\.session\\.jdbc\\.(JdbcSessionStore|JdbcSessionStoreProvider|SessionMigrations"
                  + "|url\\.DatabaseUrl|seal\\.(HashSealer|SealContext|SealException)"
                  + "|load\\.StreamSessions|keys\\.(KeyTable|RotateSessions)|fleet\\.(FleetLeases|FleetChanges|LeaseGuard)|doctor\\.Doctor)")
          .because("a package has one or two doors; rows and sql are for this module alone");

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
