package io.vibee.session.testkit.postgres;

/** Looks for optional dependencies. */
final class ClassPath {
  private ClassPath() {}

  static boolean has(String className) {
    try {
      Class.forName(className, false, ClassPath.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
