package io.vibee.session.testkit.postgres;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Does what {@link SessionDatabase} does, for those who prefer code to annotations.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final SessionDatabaseExtension DATABASE =
 *     SessionDatabaseExtension.builder().seed(store -> store.save(TestSessions.session())).build();
 * }</pre>
 */
public final class SessionDatabaseExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SessionDatabaseExtension.class);

  /** Null if an annotation says it. */
  private final @Nullable DatabasePlan plan;

  /** For {@link SessionDatabase}. */
  SessionDatabaseExtension() {
    this.plan = null;
  }

  SessionDatabaseExtension(DatabasePlan plan) {
    this.plan = plan;
  }

  /**
   * Starts building an extension that gives each method an empty database of its own.
   *
   * @return a builder
   */
  public static SessionDatabaseExtensionBuilder builder() {
    return new SessionDatabaseExtensionBuilder();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return DatabaseParameter.supports(parameter);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    DatabaseScope scope =
        plan == null ? DatabaseScope.annotated(context) : DatabaseScope.planned(plan, context);
    return DatabaseParameter.value(parameter, database(scope));
  }

  /**
   * Keeps databases under the scope's id, since a JUnit store also looks into the stores of
   * enclosing scopes, and under the plan, since each of several extensions in one scope has its own
   * database.
   */
  private TestDatabase database(DatabaseScope scope) {
    ExtensionContext context = scope.context();
    Object key = plan == null ? context.getUniqueId() : List.of(context.getUniqueId(), plan);
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            key, any -> Lent.from(run(context).databases(), scope.plan()), Lent.class)
        .database;
  }

  private static PostgresRun run(ExtensionContext context) {
    ExtensionContext root = context.getRoot();
    return root.getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            PostgresRun.class,
            type ->
                new PostgresRun(
                    TestkitSettings.of(root::getConfigurationParameter, System.getenv())),
            PostgresRun.class);
  }

  /** A database that is dropped when its scope ends. */
  private static final class Lent
      implements ExtensionContext.Store.CloseableResource, AutoCloseable {
    private final Databases databases;
    private final TestDatabase database;

    private Lent(Databases databases, TestDatabase database) {
      this.databases = databases;
      this.database = database;
    }

    static Lent from(Databases databases, DatabasePlan plan) {
      Lent lent = new Lent(databases, databases.create());
      try {
        plan.fixtures().get().forEach(fixture -> fixture.seed(lent.database.store()));
      } catch (RuntimeException | Error e) {
        lent.close();
        throw e;
      }
      return lent;
    }

    @Override
    public void close() {
      databases.drop(database);
    }
  }
}
