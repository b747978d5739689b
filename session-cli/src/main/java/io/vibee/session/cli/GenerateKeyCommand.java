package io.vibee.session.cli;

import io.vibee.session.cli.terminal.CliContext;
import java.security.SecureRandom;
import java.util.Base64;
import picocli.CommandLine;

@CommandLine.Command(
    name = "generate-key",
    description = {
      "Prints a new key: 32 random bytes as base64, as scripts/generate-encryption-key.sh does.",
      "",
      "For a key outside the database, write it to a file, hand that to every agent as"
          + " ENCRYPTION_MASTER_KEY_FILE, and run rotate-key. It also serves as the passphrase of a"
          + " backup. Keep a copy: without it, nothing that it encrypts can be read.",
    },
    footer = {
      "  (umask 077; vibee-session generate-key > session.key)",
    })
final class GenerateKeyCommand extends Command {
  private static final int BYTES = 32;

  GenerateKeyCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    out().println(Base64.getEncoder().encodeToString(key));
    return 0;
  }
}
