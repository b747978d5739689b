package io.vibee.session.process;

import java.util.regex.Pattern;

/**
 * What errors call the arguments of a command line: by options and positions, never by values,
 * which may be secrets.
 */
public final class ArgumentNames {
  /** No digits, and no more than one letter behind a single dash: those could be a secret's. */
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

  /**
   * Finds the name of an option.
   *
   * @param arg one argument
   * @return the option's name, also of {@code --name=value}; empty for anything else
   */
  public static String option(String arg) {
    String name = arg.split("=", 2)[0];
    return OPTION.matcher(name).matches() ? name : "";
  }
}
