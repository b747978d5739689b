package io.vibee.session.testkit.postgres;

import io.vibee.session.testkit.postgres.SessionDatabase.Lifetime;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The test that a database is made for.
 *
 * @param context the context of the method, or of the class whose methods share the database
 */
record DatabaseScope(DatabasePlan plan, ExtensionContext context) {

  /** Finds the scope by the nearest annotation. */
  static DatabaseScope annotated(ExtensionContext context) {
    Optional<SessionDatabase> onMethod =
        context
            .getTestMethod()
            .flatMap(m -> AnnotationSupport.findAnnotation(m, SessionDatabase.class));
    if (onMethod.isPresent()) return ofMethod(DatabasePlan.of(onMethod.get()), context);
    for (ExtensionContext at = context; ; at = parent(at)) {
      Optional<SessionDatabase> onClass =
          at.getTestClass()
              .flatMap(c -> AnnotationSupport.findAnnotation(c, SessionDatabase.class));
      if (onClass.isEmpty()) continue;
      DatabasePlan plan = DatabasePlan.of(onClass.get());
      return plan.lifetime() == Lifetime.METHOD
          ? ofMethod(plan, context)
          : new DatabaseScope(plan, ofClass(at));
    }
  }

  /** Returns the scope of the outermost class if methods share one, otherwise of the method. */
  static DatabaseScope planned(DatabasePlan plan, ExtensionContext context) {
    if (plan.lifetime() == Lifetime.METHOD) return ofMethod(plan, context);
    ExtensionContext outermost = context;
    while (parent(outermost).getTestClass().isPresent()) outermost = parent(outermost);
    return new DatabaseScope(plan, outermost);
  }

  private static DatabaseScope ofMethod(DatabasePlan plan, ExtensionContext context) {
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          "constructors and methods of the whole class can only have a database that the class"
              + " shares: use @SessionDatabase(lifetime = CLASS), or take the parameter in a test"
              + " method or @BeforeEach");
    }
    if (plan.lifetime() == Lifetime.CLASS) {
      throw new ParameterResolutionException(
          "@SessionDatabase(lifetime = CLASS) belongs on a class, not on a method");
    }
    return new DatabaseScope(plan, context);
  }

  /** Goes from a method's context, which has the same class, to that of the class. */
  private static ExtensionContext ofClass(ExtensionContext context) {
    ExtensionContext at = context;
    while (parent(at).getTestClass().equals(context.getTestClass())) at = parent(at);
    return at;
  }

  private static ExtensionContext parent(ExtensionContext context) {
    return context
        .getParent()
        .orElseThrow(() -> new ParameterResolutionException("there is no @SessionDatabase"));
  }
}
