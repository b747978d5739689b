package io.vibee.session.agent.bridge;

import io.vibee.session.Environment;
import io.vibee.session.MisconfiguredException;
import io.vibee.session.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bridge's address, and the token for it.
 *
 * @param status the address of its {@code auth/status}
 * @param token {@code VIBEE_API_KEY}, if it is set
 */
record BridgeSettings(URI status, @Nullable Secret token) {
  private static final String URL = "VIBEE_BRIDGE_URL";
  private static final String TOKEN = "VIBEE_API_KEY";
  private static final String ADVICE = ": write it as http://host:port or https://host";
  private static final Pattern LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");
  private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,512}");

  /** Reads the settings; empty if there is no bridge. */
  static Optional<BridgeSettings> of(Environment environment) {
    Optional<String> url = environment.find(URL);
    if (url.isEmpty()) return Optional.empty();
    MisconfiguredException.checkAll(() -> status(url.get()), () -> token(environment));
    return Optional.of(new BridgeSettings(status(url.get()), token(environment)));
  }

  private static URI status(String url) {
    URI base;
    try {
      base = new URI(url);
    } catch (URISyntaxException e) {
      // Not passed on as a cause, since it repeats the URL, which may hold a password.
      throw new MisconfiguredException(URL + " is not a URL" + ADVICE);
    }
    String scheme = String.valueOf(base.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new MisconfiguredException(URL + " is neither http nor https" + ADVICE);
    }
    if (base.getRawAuthority() != null && base.getRawAuthority().contains("@")) {
      throw new MisconfiguredException(
          URL + " names a user or password: leave them out, the token is " + TOKEN);
    }
    if (base.getHost() == null || base.getPort() == 0 || base.getPort() > 65_535) {
      throw new MisconfiguredException(URL + " has no valid host and port" + ADVICE);
    }
    if (base.getRawQuery() != null || base.getRawFragment() != null) {
      throw new MisconfiguredException(URL + " must end before any ? or #" + ADVICE);
    }
    String path = base.getRawPath().replaceFirst("/+$", "");
    return URI.create(scheme + "://" + base.getRawAuthority() + path + "/api/v1/auth/status");
  }

  private static @Nullable Secret token(Environment environment) {
    @Nullable String token = environment.find(TOKEN).orElse(null);
    if (token == null) return null;
    if (!VISIBLE.matcher(token).matches()) {
      throw new MisconfiguredException(
          TOKEN + " must be 1 to 512 printable ASCII characters without white space");
    }
    return Secret.of(token);
  }

  /** Whether the token would cross a network that anybody may read. */
  boolean sendsTokenInClear() {
    return token != null && status.getScheme().equals("http") && !isLoopback(status.getHost());
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || LOOPBACK.matcher(host).matches() || host.equals("[::1]");
  }
}
