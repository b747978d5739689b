package io.vibee.session.cli;

import java.util.regex.Pattern;

/** How errors call an argument: by its option's name, never by a value, which may be a secret. */
public final class ArgumentNames {
  /** No digits, and not what may stand behind a single letter: those could be a secret's. */
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]{1,29}|-[A-Za-z]");

  private ArgumentNames() {}

  /**
   * Names an argument.
   *
   * @param args the command line
   * @param index which of them
   * @return the option's name if it is one, else its position, counted from 1
   */
  public static String of(String[] args, int index) {
    String name = option(args[index]);
    return name.isEmpty() ? "argument " + (index + 1) : name;
  }

  /** The option's name, also of {@code --name=value}; empty for anything else. */
  static String option(String arg) {
    String name = arg.split("=", 2)[0];
    return OPTION.matcher(name).matches() ? name : "";
  }
}
