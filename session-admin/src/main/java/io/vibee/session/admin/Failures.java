package io.vibee.session.admin;

/** Describes an unexpected exception for a log: its message could quote a secret. */
final class Failures {
  private Failures() {}

  static String place(Throwable error) {
    StackTraceElement[] trace = error.getStackTrace();
    return error.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
  }
}
