package io.vibee.session.cli;

import io.vibee.session.Environment;
import io.vibee.session.process.ArgumentNames;
import io.vibee.session.process.UsageException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Refuses a command line, before it is parsed, for what it must not hold. */
final class Arguments {
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

  /** Refuses arguments that lost letters before they came here, each under its name. */
  static void refuseLostLetters(String... args) {
    Map<String, String> named = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i++) {
      boolean value = i > 0 && !args[i].startsWith("--") && !args[i - 1].contains("=");
      boolean ofOption = value && !ArgumentNames.option(args[i - 1]).isEmpty();
      named.merge(ArgumentNames.of(args, ofOption ? i - 1 : i), args[i], String::concat);
    }
    Environment.lostLetters(named)
        .ifPresent(
            complaint -> {
              throw new UsageException(complaint);
            });
  }
}
