package io.vibee.session.cli;

import java.util.Map;

/** Arguments are seen in the list of processes and kept in the shell's history: no secret there. */
final class SecretArguments {
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

  private SecretArguments() {}

  static void refuse(String... args) {
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
}
