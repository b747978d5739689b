package io.vibee.session.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Refuses text that lost letters before it came here. Java reads arguments, variables and what is
 * typed in the charset of the locale, and puts U+FFFD in place of what that lacks.
 */
final class LostLetters {
  private static final String LOST = "\uFFFD";

  /** The variables that are read; others may hold what they like. */
  private static final Pattern OURS =
      Pattern.compile(
          "DATABASE_URL.*|ENCRYPTION_.+|TELEGRAM_.+|USER_ID.*|MULTI_TENANT|SESSION_SOURCE|VIBEE_.+"
              + "|PG[A-Z]+|PORT");

  private LostLetters() {}

  static void refuseIn(String... args) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      if (!args[i].contains(LOST)) continue;
      boolean value = i > 0 && !args[i].startsWith("--") && !args[i - 1].contains("=");
      boolean named = value && !ArgumentNames.option(args[i - 1]).isEmpty();
      names.add(ArgumentNames.of(args, named ? i - 1 : i));
    }
    refuse(names);
  }

  static void refuseIn(Map<String, String> environment) {
    refuse(
        environment.entrySet().stream()
            .filter(variable -> variable.getValue().contains(LOST))
            .map(Map.Entry::getKey)
            .filter(OURS.asMatchPredicate())
            .sorted()
            .toList());
  }

  /** Refuses one text, which an error calls by this name. */
  static void refuseIn(String name, String text) {
    if (text.contains(LOST)) refuse(List.of(name));
  }

  private static void refuse(List<String> names) {
    if (names.isEmpty()) return;
    throw new UsageException(
        String.join(", ", names)
            + ": not all letters arrived, since they do not fit the locale's charset: set a locale of"
            + " UTF-8, such as LC_ALL=C.UTF-8");
  }
}
