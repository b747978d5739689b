package io.vibee.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which source wins, and which variables were passed over.
 *
 * <p>The order is that of {@link LoadMode}. {@code SESSION_SOURCE} pins the choice; then nothing is
 * passed over, since the choice was made by name.
 */
record SourceSelection(LoadMode mode, List<String> passedOver) {
  static final String DATABASE_URL = "DATABASE_URL";
  static final String MULTI_TENANT = "MULTI_TENANT";
  static final String USER_ID = "USER_ID";
  private static final String PIN = "SESSION_SOURCE";

  /** The names that two modes had before, which are in many an {@code .env}. */
  private static final Map<String, LoadMode> EARLIER_NAMES =
      Map.of("user", LoadMode.SINGLE_DB, "env", LoadMode.SINGLE_ENV);

  static SourceSelection of(Environment env) {
    // A malformed variable is an error, whichever mode is chosen.
    MisconfiguredException.checkAll(() -> env.isTrue(MULTI_TENANT), () -> pinned(env));
    @Nullable LoadMode pinned = pinned(env);
    if (pinned != null) return new SourceSelection(pinned, List.of());
    LoadMode mode = first(env);
    return new SourceSelection(mode, passedOver(env, mode));
  }

  private static @Nullable LoadMode pinned(Environment env) {
    @Nullable String pin = env.optional(PIN);
    if (pin == null) return null;
    for (LoadMode mode : LoadMode.values()) {
      if (mode.label().equals(pin)) return mode;
    }
    LoadMode mode = EARLIER_NAMES.get(pin);
    if (mode != null) return mode;
    throw new MisconfiguredException(PIN + " must be multi-tenant, single-db, single-env or auto");
  }

  private static LoadMode first(Environment env) {
    if (env.isTrue(MULTI_TENANT)) return LoadMode.MULTI_TENANT;
    if (env.isSet(USER_ID)) return LoadMode.SINGLE_DB;
    if (env.isSet(EnvSessionSource.SESSION_ID)) return LoadMode.SINGLE_ENV;
    if (env.isSet(DATABASE_URL)) return LoadMode.AUTO;
    EnvSessionSource.numbered(env).findFirst().ifPresent(SourceSelection::refuseWithoutFirst);
    throw notConfigured();
  }

  private static List<String> passedOver(Environment env, LoadMode mode) {
    List<String> names = new ArrayList<>();
    if (mode == LoadMode.MULTI_TENANT) names.add(USER_ID);
    if (mode != LoadMode.SINGLE_ENV) names.add(EnvSessionSource.SESSION_ID);
    if (mode == LoadMode.SINGLE_ENV) names.add(DATABASE_URL);
    if (mode != LoadMode.SINGLE_ENV) EnvSessionSource.numbered(env).forEach(names::add);
    return names.stream().filter(env::isSet).map(env::setBy).toList();
  }

  private static void refuseWithoutFirst(String numbered) {
    throw new MisconfiguredException(
        numbered
            + " is set, but "
            + EnvSessionSource.SESSION_ID
            + " is not: set it for the first account, which has no number");
  }

  private static NotConfiguredException notConfigured() {
    return new NotConfiguredException(
        List.of(
            new SourceAttempt(
                LoadMode.MULTI_TENANT.label(),
                MULTI_TENANT + "=true",
                "set it and DATABASE_URL to load every active session of a database"),
            new SourceAttempt(
                LoadMode.SINGLE_DB.label(),
                USER_ID,
                "set it and DATABASE_URL to load one user's session from a database"),
            new SourceAttempt(
                LoadMode.SINGLE_ENV.label(),
                EnvSessionSource.SESSION_ID,
                "set it, TELEGRAM_API_ID and TELEGRAM_API_HASH to use no database"),
            new SourceAttempt(
                LoadMode.AUTO.label(),
                DATABASE_URL,
                "set it alone to load the only active session of a database")));
  }
}
