package io.vibee.session.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Derives the texts by which a secret is recognised: itself, and what it becomes on its way to a
 * log.
 */
final class SecretForms {
  private final Set<String> forms = new LinkedHashSet<>();

  private SecretForms() {}

  /** Returns all forms, each as the bytes of its text. */
  static byte[][] of(String secret) {
    SecretForms all = new SecretForms();
    all.plain(secret);
    all.url(secret);
    all.base64(secret.getBytes(UTF_8));
    return all.forms.stream().map(form -> form.getBytes(ISO_8859_1)).toArray(byte[][]::new);
  }

  private void plain(String secret) {
    byte[] bytes = secret.getBytes(UTF_8);
    add(bytes);
    add(secret.getBytes(Charset.defaultCharset()));
    add(secret.replace("\\", "\\\\").replace("\"", "\\\"").getBytes(UTF_8)); // in JSON
    bothCases(HexFormat.of().formatHex(bytes));
    // A hash in hexadecimal digits is the same in either case.
    if (secret.chars().allMatch(HexFormat::isHexDigit)) bothCases(secret);
  }

  private void url(String secret) {
    String form = URLEncoder.encode(secret, UTF_8);
    for (String url : List.of(form, form.replace("+", "%20"))) {
      forms.add(url);
      StringBuilder lower = new StringBuilder(url);
      for (int i = url.indexOf('%'); i >= 0; i = url.indexOf('%', i + 3)) {
        lower.replace(i, i + 3, url.substring(i, i + 3).toLowerCase(Locale.ROOT));
      }
      forms.add(lower.toString());
    }
  }

  /**
   * Adds the forms by itself and after other bytes, as in an {@code Authorization: Basic} header.
   */
  private void base64(byte[] secret) {
    for (Base64.Encoder encoder :
        new Base64.Encoder[] {Base64.getEncoder(), Base64.getUrlEncoder()}) {
      forms.add(encoder.encodeToString(secret));
      for (int before = 0; before < 3; before++) {
        byte[] shifted = new byte[before + secret.length];
        System.arraycopy(secret, 0, shifted, before, secret.length);
        String form = encoder.withoutPadding().encodeToString(shifted);
        if (before == 0) forms.add(form);
        // The first and last character may hold bits of the bytes next to the secret.
        forms.add(form.substring((before * 8 + 5) / 6, shifted.length * 8 / 6));
      }
    }
  }

  private void bothCases(String form) {
    forms.add(form.toLowerCase(Locale.ROOT));
    forms.add(form.toUpperCase(Locale.ROOT));
  }

  private void add(byte[] form) {
    forms.add(new String(form, ISO_8859_1));
  }
}
