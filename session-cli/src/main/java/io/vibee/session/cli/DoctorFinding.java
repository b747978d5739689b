package io.vibee.session.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one check found.
 *
 * @param check its name, which scripts may rely on
 * @param text what is there, or what is wrong
 * @param remedy how to mend it; null where there is nothing to mend
 * @param exitCode what the process ends with if this is the first that failed
 */
record DoctorFinding(
    String check, Status status, String text, @Nullable String remedy, int exitCode) {
  enum Status {
    OK,
    WARNING,
    FAILED,
    SKIPPED;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("check", check);
    json.put("status", status.label());
    json.put("message", text);
    json.put("remedy", remedy);
    return json;
  }
}
