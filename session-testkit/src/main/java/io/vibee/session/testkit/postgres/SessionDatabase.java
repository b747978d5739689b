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
 * FromSessionDatabase}, the URL or the variables for a loader. A method that takes none costs
 * nothing: its database is made for the first parameter. Methods may run in parallel.
 *
 * <p>One server serves the whole run. {@link PostgresSource} says where it comes from.
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
