package io.vibee.session.testkit.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.Session;
import io.vibee.session.SessionLoader;
import io.vibee.session.SessionQuery;
import io.vibee.session.SessionStore;
import io.vibee.session.jdbc.JdbcSessionStore;
import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import io.vibee.session.testkit.postgres.FromSessionDatabase;
import io.vibee.session.testkit.postgres.SessionDatabase;
import io.vibee.session.testkit.postgres.SessionDatabase.Lifetime;
import io.vibee.session.testkit.postgres.SessionFixture;
import io.vibee.session.testkit.postgres.TestDatabase;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a user may write with {@link SessionDatabase}; all of it must pass under every JUnit. */
@SessionDatabase
@Execution(ExecutionMode.CONCURRENT)
public class DatabaseSample {
  @BeforeEach
  void addsAClient(SessionStore store) {
    store.save(TestSessions.session());
  }

  @Test
  void injectsAllOfOneDatabase(
      TestDatabase database,
      SessionStore store,
      ManagedSessionStore managed,
      JdbcSessionStore jdbc,
      DataSource dataSource,
      @FromSessionDatabase String url,
      @FromSessionDatabase Map<String, String> environment)
      throws SQLException {
    assertThat(store).isSameAs(managed).isSameAs(jdbc).isSameAs(database.store());
    assertThat(url).isEqualTo(database.url()).contains("/" + database.name());
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select current_database(), user_id from user_sessions")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).isEqualTo(database.name());
      assertThat(row.getString(2)).isEqualTo(TestSessions.USER_ID);
    }
    try (SessionLoader loader = SessionLoader.fromEnvironment(environment)) {
      assertThat(loader.load().sessions()).extracting(Session::userId).containsExactly("100200300");
    }
    try (SessionLoader loader =
        SessionLoader.fromEnvironment(database.environment(TestSessions.USER_ID))) {
      assertThat(loader.load().sessions()).hasSize(1);
    }
  }

  @RepeatedTest(4)
  @Execution(ExecutionMode.CONCURRENT)
  void hasADatabaseToItselfInEachRepetition(SessionStore store) {
    store.save(TestSessions.session("1"));
    assertThat(users(store)).isEqualTo(2);
  }

  @Test
  @SessionDatabase(fixtures = ThreeClients.class)
  void methodsMayHaveTheirOwnAnnotation(JdbcSessionStore store) {
    assertThat(users(store)).as("three of the fixture, one of them saved again").isEqualTo(3);
  }

  @Test
  @ExtendWith(Somebody.class)
  void leavesParametersWithOtherAnnotationsToOthers(@Theirs SessionStore theirs, SessionStore own) {
    assertThat(theirs).isInstanceOf(InMemorySessionStore.class);
    assertThat(own).isInstanceOf(JdbcSessionStore.class);
  }

  /** An annotation such as a mock's. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.PARAMETER)
  @interface Theirs {}

  /** Somebody else's extension. */
  static final class Somebody implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.isAnnotated(Theirs.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return new InMemorySessionStore();
    }
  }

  static long users(SessionStore store) {
    return store.as(ManagedSessionStore.class).orElseThrow().list(SessionQuery.all(1000)).size();
  }

  /** A fixture. */
  public static final class ThreeClients implements SessionFixture {
    @Override
    public void seed(SessionStore store) {
      TestSessions.sessions(3).forEach(store::save);
    }
  }

  /** Nested classes have what their outer class has. */
  @Nested
  class Inside {
    @Test
    void hasTheOuterOnesBeforeEach(SessionStore store) {
      assertThat(users(store)).isEqualTo(1);
    }
  }

  /** One database for a class, filled before all. */
  @SessionDatabase(lifetime = Lifetime.CLASS, fixtures = ThreeClients.class)
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  @Execution(ExecutionMode.SAME_THREAD)
  public static class SharedSample {
    private final TestDatabase database;

    SharedSample(TestDatabase database) {
      this.database = database;
    }

    @BeforeAll
    void deletesOne(SessionStore store) {
      assertThat(store.delete(TestSessions.sessionId(TestSessions.USER_ID))).isTrue();
    }

    @Test
    @Order(1)
    void hasWhatTheClassPutThere(SessionStore store) {
      assertThat(store).isSameAs(database.store());
      assertThat(users(store)).isEqualTo(2);
      store.save(TestSessions.session());
    }

    @Test
    @Order(2)
    void seesWhatTheMethodBeforePutThere(SessionStore store) {
      assertThat(users(store)).isEqualTo(3);
    }

    /** A nested class shares it too. */
    @Nested
    class Inside {
      @Test
      void sharesIt(TestDatabase shared) {
        assertThat(shared).isSameAs(database);
      }
    }

    /** A nested class has its own if it says so. */
    @Nested
    @SessionDatabase
    class Apart {
      @Test
      void hasItsOwn(TestDatabase own) {
        assertThat(own.name()).isNotEqualTo(database.name());
        assertThat(users(own.store())).isZero();
      }
    }
  }

  /** The same with JUnit's other lifecycle, in which before-all methods are static. */
  @SessionDatabase(lifetime = Lifetime.CLASS)
  public static class StaticSample {
    private static String name = "";

    @BeforeAll
    static void putsOne(TestDatabase database) {
      name = database.name();
      database.store().save(TestSessions.session());
    }

    @RepeatedTest(2)
    void seesIt(TestDatabase database) {
      assertThat(database.name()).isEqualTo(name);
      assertThat(users(database.store())).isEqualTo(1);
    }
  }
}
