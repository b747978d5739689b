package io.vibee.session.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The assignments of {@code .env} and {@code .envrc} beside start.sh, below the environment itself.
 * Nothing in them is executed or expanded. Lines of {@code .envrc} that are no assignments are
 * direnv's and passed over; in {@code .env} they are an error.
 */
final class DotenvFiles {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private DotenvFiles() {}

  static Map<String, String> merge(Map<String, String> environment, Path folder) {
    Map<String, String> merged = new HashMap<>();
    read(folder.resolve(".envrc"), false, merged);
    read(folder.resolve(".env"), true, merged);
    merged.putAll(environment);
    return merged;
  }

  private static void read(Path file, boolean strict, Map<String, String> into) {
    if (!Files.isRegularFile(file)) return;
    List<String> lines = lines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (!strict && !DotenvLine.isAssignment(lines.get(i))) continue;
      try {
        DotenvLine.parse(lines.get(i)).ifPresent(line -> into.put(line.name(), line.value()));
      } catch (IllegalArgumentException e) {
        // The line is not repeated: it may hold a secret.
        throw new UsageException(
            file.getFileName() + " line " + (i + 1) + ": " + e.getMessage() + ": NAME=value");
      }
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readString(file).replace(BYTE_ORDER_MARK, "").lines().toList();
    } catch (IOException e) {
      throw new UsageException(file.getFileName() + " cannot be read: check its rights and UTF-8");
    }
  }
}
