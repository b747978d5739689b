package io.vibee.session.testkit.postgres;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.jdbc.url.DatabaseUrl;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** A server that is already running, and keeps running when the tests are over. */
final class UrlServer implements PostgresServer {
  private static final Pattern URI =
      Pattern.compile("(postgres(?:ql)?://[^/?]*)(?:/[^?]*)?(\\?.*)?");

  private static final Pattern NAMES_DATABASE = Pattern.compile(".*[?&]dbname=.*");

  private final String url;
  private final String before;
  private final String after;

  UrlServer(String url) {
    Matcher uri = URI.matcher(url);
    if (!uri.matches() || NAMES_DATABASE.matcher(url).matches()) {
      throw new ExtensionConfigurationException(
          "vibee.testkit.postgres.url must have the form postgresql://user:password@host/database");
    }
    try {
      DatabaseUrl.parse(url);
    } catch (MisconfiguredException e) {
      throw new ExtensionConfigurationException(
          String.valueOf(e.getMessage()).replace("DATABASE_URL", "vibee.testkit.postgres.url"));
    }
    this.url = url;
    this.before = uri.group(1);
    this.after = uri.group(2) == null ? "" : uri.group(2);
  }

  @Override
  public String description() {
    return "the server of vibee.testkit.postgres.url";
  }

  @Override
  public String url(String database) {
    return before + "/" + database + after;
  }

  @Override
  public String maintenanceUrl() {
    return url;
  }

  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public void stop() {}
}
