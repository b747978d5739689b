package io.vibee.session.cli;

import io.vibee.session.Finding;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.util.Map;

/** Whether the Telegram bridge answers. Sessions are loaded without it, so nothing here fails. */
final class DoctorBridge {
  private static final String BRIDGE = "bridge";
  private static final int PATIENCE_MILLIS = 2000;

  private DoctorBridge() {}

  static Finding check(Map<String, String> settings) {
    String url = settings.getOrDefault("VIBEE_BRIDGE_URL", "");
    if (url.isEmpty()) return Finding.skipped(BRIDGE, "VIBEE_BRIDGE_URL is not set");
    try {
      int status = status(url.replaceAll("/+$", "") + "/health");
      return status == HttpURLConnection.HTTP_OK
          ? Finding.ok(BRIDGE, "answers")
          : Finding.warning(
              BRIDGE, "answers with status " + status, "look into the bridge's own log");
    } catch (IllegalArgumentException e) {
      return Finding.warning(
          BRIDGE, "VIBEE_BRIDGE_URL is no URL", "write it as http://host:port, without a path");
    } catch (IOException e) {
      // The exception's text may repeat the URL, and that a password.
      return Finding.warning(
          BRIDGE,
          "does not answer within 2 s (" + e.getClass().getSimpleName() + ")",
          "check VIBEE_BRIDGE_URL and that the bridge runs; agents load sessions without it");
    }
  }

  private static int status(String url) throws IOException {
    URLConnection connection = URI.create(url).toURL().openConnection();
    if (!(connection instanceof HttpURLConnection http)) {
      throw new IllegalArgumentException("not http");
    }
    http.setConnectTimeout(PATIENCE_MILLIS);
    http.setReadTimeout(PATIENCE_MILLIS);
    http.setInstanceFollowRedirects(false);
    try {
      return http.getResponseCode();
    } finally {
      http.disconnect();
    }
  }
}
