package io.vibee.session.cli;

import io.vibee.session.Environment;
import io.vibee.session.MisconfiguredException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What {@code import-env} lacks, told at once, each with an example. */
final class ImportEnvFaults {
  private static final String SESSION_ID = "TELEGRAM_SESSION_ID";
  private static final String API_ID = "TELEGRAM_API_ID";
  private static final String API_HASH = "TELEGRAM_API_HASH";
  private static final String USER_ID = "USER_ID";
  private static final Pattern FURTHER =
      Pattern.compile(SESSION_ID + "_(?<number>[2-9]|[1-9][0-9]{1,5})");

  private static final Map<String, String> EXAMPLES =
      Map.of(
          "DATABASE_URL",
          "postgresql://user:password@localhost:5432/vibee",
          SESSION_ID,
          "sess_demo0001  # what the bridge issued",
          API_ID,
          "94892  # the Telegram app's id, a whole number",
          API_HASH,
          "0123456789abcdef0123456789abcdef  # the Telegram app's",
          USER_ID,
          "100200300  # the id of the account's Telegram user, for the database");

  private final Map<String, String> settings;

  /** Variables, and what is wrong with each; nothing where it is missing. */
  private final Map<String, String> faults = new LinkedHashMap<>();

  private ImportEnvFaults(Map<String, String> settings) {
    this.settings = settings;
  }

  /** Prints an example for each variable that is missing or no number, and refuses to go on. */
  static void refuse(Map<String, String> settings, PrintStream err) {
    ImportEnvFaults found = new ImportEnvFaults(settings);
    found.find();
    if (found.faults.isEmpty()) return;
    found.faults.keySet().forEach(name -> err.println("  " + name + "=" + example(name)));
    throw new UsageException(
        found.told() + ": set each in the environment, or write such a line into .env");
  }

  private void find() {
    require("DATABASE_URL");
    require(SESSION_ID);
    requireApp("");
    require(USER_ID);
    further().forEach(number -> findOf("_" + number));
  }

  private void findOf(String suffix) {
    // Both of an app of its own, or neither.
    if (isSet(API_ID + suffix) || isSet(API_HASH + suffix)) requireApp(suffix);
    require(USER_ID + suffix);
  }

  private void requireApp(String suffix) {
    String id = API_ID + suffix;
    require(id);
    if (isSet(id) && !faults.containsKey(id) && !isPositiveInt(settings.getOrDefault(id, ""))) {
      faults.put(id, id + " must be a whole number from 1 to " + Integer.MAX_VALUE);
    }
    require(API_HASH + suffix);
  }

  private void require(String name) {
    if (!isSet(name)) faults.put(name, "");
    try {
      Environment.of(settings).find(name);
    } catch (MisconfiguredException e) {
      faults.put(name, String.valueOf(e.getMessage()));
    }
  }

  /** A secret may also stand in a file. */
  private boolean isSet(String name) {
    return !settings.getOrDefault(name, "").isEmpty()
        || !settings.getOrDefault(name + "_FILE", "").isEmpty();
  }

  private IntStream further() {
    return settings.keySet().stream()
        .filter(this::isSet)
        .map(FURTHER::matcher)
        .filter(matcher -> matcher.matches())
        .mapToInt(matcher -> Integer.parseInt(matcher.group("number")))
        .sorted();
  }

  private static boolean isPositiveInt(String text) {
    if (!text.matches("[0-9]{1,10}")) return false;
    long number = Long.parseLong(text);
    return number > 0 && number <= Integer.MAX_VALUE;
  }

  private String told() {
    List<String> told = new ArrayList<>();
    String missing =
        faults.entrySet().stream()
            .filter(fault -> fault.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      told.add(missing + (missing.contains(",") ? " are not set" : " is not set"));
    }
    faults.values().stream().filter(fault -> !fault.isEmpty()).forEach(told::add);
    return String.join("; ", told);
  }

  private static String example(String name) {
    return EXAMPLES.getOrDefault(name.replaceFirst("_[0-9]+$", ""), "");
  }
}
