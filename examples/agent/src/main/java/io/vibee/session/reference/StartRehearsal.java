package io.vibee.session.reference;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Loads as {@code --once} does, in one mode after the other, for {@link StartArchive}: the classes
 * that this uses go into the archive.
 */
public final class StartRehearsal {
  private StartRehearsal() {}

  /**
   * Ends the process, as {@link Main} does.
   *
   * @param args the options of {@link Main}
   */
  public static void main(String[] args) {
    Map<String, String> user = new HashMap<>(System.getenv());
    user.remove("MULTI_TENANT");
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Agent.loadOnce(user, nowhere);
    Main.main(args);
  }
}
