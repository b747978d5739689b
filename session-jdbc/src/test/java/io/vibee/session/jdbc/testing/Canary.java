package io.vibee.session.jdbc.testing;

import java.util.List;

/**
 * The secrets that all tests of this module use. {@link CanaryListener} fails the run when one of
 * them shows up in any log, in what the run printed, or in an exception that was checked.
 */
public final class Canary {
  public static final String API_HASH = "ca0a1e5c0ffee0ca0a1e5c0ffee0ca0a";
  public static final String MASTER_KEY = "Q2FuYXJ5TWFzdGVyS2V5VGhhdE11c3ROb3RTaG93VXA=";
  public static final String PASSWORD = "canary%Pass/word@1:2";
  public static final List<String> ALL =
      List.of(API_HASH, MASTER_KEY, PASSWORD, "canary%25Pass%2Fword%401%3A2", hex(API_HASH));

  private Canary() {}

  private static String hex(String text) {
    return java.util.HexFormat.of()
        .formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** The text, fit for the message of a failure. */
  public static String masked(String text) {
    return ALL.stream().reduce(text, (masked, secret) -> masked.replace(secret, "***"));
  }

  /** The canaries that a text holds. */
  public static List<String> in(String text) {
    return ALL.stream().filter(text::contains).toList();
  }
}
