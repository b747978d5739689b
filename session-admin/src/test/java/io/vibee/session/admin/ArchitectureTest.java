package io.vibee.session.admin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What this module may use, how its packages depend on each other, and what it shows. */
@AnalyzeClasses(
    packages = "io.vibee.session.admin",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ADMIN = "io.vibee.session.admin";
  private static final String HTTP = "io.vibee.session.admin.http";

  @ArchTest
  static final ArchRule dependsOnCoreAlone =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vibee.session.jdbc..",
              "io.vibee.session.openpgp..",
              "io.vibee.session.cli..",
              "io.vibee.session.testkit..",
              "io.vibee.session.agent..")
          .because("admin serves any store: admin → core ← jdbc");

  @ArchTest
  static final ArchRule serverKnowsNothingOfSessions =
      noClasses()
          .that()
          .resideInAPackage(HTTP)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vibee.session", ADMIN)
          .because("admin → admin.http: the server carries the API and knows none of its rules");

  @ArchTest
  static final ArchRule leavesExchangesToTheServer =
      noClasses()
          .that()
          .resideInAPackage(ADMIN)
          .and()
          .doNotHaveSimpleName("AdminHandler")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.sun.net.httpserver")
          .because("only the handler that an agent mounts is of the JDK's server");

  @ArchTest
  static final ArchRule packagesFormNoCircle =
      slices()
          .matching("io.vibee.session.(**)")
          .should()
          .beFreeOfCycles()
          .because("a package is read without those above it");

  @ArchTest
  static final ArchRule showsFewTypes =
      classes()
          .that()
          .arePublic()
          .and()
          .resideInAPackage(ADMIN)
          .should()
          .haveNameMatching(
              ADMIN.replace(".", "\\.")
                  + "\\.(AdminServer|AdminHandler|AdminAccess|PublicUrls|SessionChange)"
                  + "(\\$(Builder|Kind))?")
          .because("agents rely on these; everything else may change without notice");

  @ArchTest
  static final ArchRule serverShowsFewTypes =
      classes()
          .that()
          .arePublic()
          .and()
          .resideInAPackage(HTTP)
          .should()
          .haveNameMatching(
              HTTP.replace(".", "\\.")
                  + "\\.(BoundedServer|ExchangeHandler|Request|Response|Problem|Query|Json"
                  + "|StrictText|ProxyUrls)(\\$(Service|Timer|FieldError))?")
          .because("the API needs these; how requests are guarded and cut off is the server's own");

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
