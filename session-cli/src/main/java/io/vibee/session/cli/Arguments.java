package io.vibee.session.cli;

import io.vibee.session.Environment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A command line before it is parsed: what errors call its arguments, and what it must not hold.
 * Arguments are named by options, never by values, which may be secrets.
 */
public final class Arguments {
  /** No digits, and no more than one letter behind a single dash: those could be a secret's. */
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]{1,29}|-[A-Za-z]");

  private static final String HASH =
      "use --api-hash-stdin, --api-hash-file FILE, --api-hash-env NAME, or wait for the prompt";
  private static final String PASSPHRASE =
      "use --passphrase-stdin, --passphrase-file FILE, --passphrase-env NAME, or wait for the"
          + " prompt";
  private static final String KEY = "set ENCRYPTION_MASTER_KEY_FILE, or ENCRYPTION_MASTER_KEY";
  private static final String URL = "set DATABASE_URL in the environment or in .env";

  /** What somebody may try, and what to do instead. */
  private static final Map<String, String> INSTEAD =
      Map.ofEntries(
          Map.entry("--api-hash", HASH),
          Map.entry("--api_hash", HASH),
          Map.entry("--hash", HASH),
          Map.entry("--passphrase", PASSPHRASE),
          Map.entry("--password", PASSPHRASE),
          Map.entry("--key", KEY),
          Map.entry("--master-key", KEY),
          Map.entry("--encryption-master-key", KEY),
          Map.entry("--database-url", URL),
          Map.entry("--url", URL));

  private Arguments() {}

  /**
   * Names an argument.
   *
   * @param args the command line
   * @param index which of them
   * @return the option's name if it is one, else its position, counted from 1
   */
  public static String name(String[] args, int index) {
    String name = option(args[index]);
    return name.isEmpty() ? "argument " + (index + 1) : name;
  }

  /** Returns the option's name, also of {@code --name=value}; empty for anything else. */
  static String option(String arg) {
    String name = arg.split("=", 2)[0];
    return OPTION.matcher(name).matches() ? name : "";
  }

  /** Others see arguments in the list of processes, and the shell keeps them in its history. */
  static void refuseSecrets(String... args) {
    for (String arg : args) {
      if (arg.equals("--")) return;
      String name = arg.split("=", 2)[0];
      String instead = INSTEAD.get(name);
      if (instead == null) continue;
      throw new UsageException(
          name
              + " is refused: others see arguments in the list of processes, and the shell keeps"
              + " them; "
              + instead);
    }
  }

  static void refuseLostLetters(String... args) {
    Map<String, String> named = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i++) {
      boolean value = i > 0 && !args[i].startsWith("--") && !args[i - 1].contains("=");
      boolean ofOption = value && !option(args[i - 1]).isEmpty();
      named.merge(name(args, ofOption ? i - 1 : i), args[i], String::concat);
    }
    refuseLostLetters(named);
  }

  /** Refuses texts that lost letters before they came here, each under the name of its place. */
  static void refuseLostLetters(Map<String, String> named) {
    Environment.lostLetters(named)
        .ifPresent(
            complaint -> {
              throw new UsageException(complaint);
            });
  }
}
