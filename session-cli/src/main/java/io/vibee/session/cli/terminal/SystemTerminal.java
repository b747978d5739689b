package io.vibee.session.cli.terminal;

import java.io.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The terminal that the process was started from. */
record SystemTerminal(@Nullable Console console, int columns) implements Terminal {
  private static final int DEFAULT_COLUMNS = 100;
  private static final int MIN_COLUMNS = 40;

  static SystemTerminal of(Map<String, String> environment) {
    @Nullable Console console = isTerminal(System.console()) ? System.console() : null;
    return new SystemTerminal(console, console == null ? Integer.MAX_VALUE : width(environment));
  }

  /** Since Java 22 there may be a console without a terminal; it tells which. */
  private static boolean isTerminal(@Nullable Console console) {
    if (console == null) return false;
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException before22) {
      return true;
    }
  }

  private static int width(Map<String, String> environment) {
    String text = environment.getOrDefault("COLUMNS", "");
    return text.matches("[1-9][0-9]{0,3}")
        ? Math.max(MIN_COLUMNS, Integer.parseInt(text))
        : DEFAULT_COLUMNS;
  }

  @Override
  public boolean isInteractive() {
    return console != null;
  }

  @Override
  public boolean showsErrors() {
    return console != null && !Files.isRegularFile(Path.of("/dev/stderr"));
  }

  @Override
  public @Nullable String ask(String prompt) {
    return console == null ? null : console.readLine("%s", prompt);
  }

  @Override
  public @Nullable String askSecretly(String prompt) {
    if (console == null) return null;
    char[] typed = console.readPassword("%s", prompt);
    return typed == null ? null : new String(typed);
  }
}
