package io.vibee.session.admin;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What every response tells a browser: keep nothing, frame nothing, load nothing from elsewhere.
 */
final class SecurityHeaders {
  private static final String NOTHING =
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
  private static final String PAGE =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> ALWAYS = new LinkedHashMap<>();

  static {
    ALWAYS.put("Cache-Control", "no-store");
    ALWAYS.put("X-Content-Type-Options", "nosniff");
    ALWAYS.put("X-Frame-Options", "DENY");
    ALWAYS.put("Referrer-Policy", "no-referrer");
    ALWAYS.put("Cross-Origin-Opener-Policy", "same-origin");
    ALWAYS.put("Cross-Origin-Resource-Policy", "same-origin");
  }

  private SecurityHeaders() {}

  static Response on(Response response) {
    boolean page = response.headers().getOrDefault("Content-Type", "").startsWith("text/html");
    Response secured = response.with("Content-Security-Policy", page ? PAGE : NOTHING);
    for (Map.Entry<String, String> header : ALWAYS.entrySet()) {
      secured = secured.with(header.getKey(), header.getValue());
    }
    return secured;
  }
}
