package io.vibee.session.admin;

import io.vibee.session.SessionStore;
import io.vibee.session.admin.http.Problem;
import io.vibee.session.admin.http.Request;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out in whose name a request acts, and makes those who know no token wait. */
final class Authentication {
  /** As RFC 9110 and RFC 6750 have it: the scheme in any case, one or more spaces, the token. */
  private static final Pattern CREDENTIALS =
      Pattern.compile("(?:bearer|apikey) +([\\x21-\\x7e]+)", Pattern.CASE_INSENSITIVE);

  private static final Duration FLUSH_AFTER = Duration.ofMinutes(1);

  private final AdminAccess access;
  private final FailedTokens failures;
  private final DeniedLog denied;
  private final Background background;
  private boolean flushPlanned;

  Authentication(
      AdminAccess access, SessionStore store, LongSupplier nanoClock, Background background) {
    this.access = access;
    this.background = background;
    failures = new FailedTokens(nanoClock);
    denied = new DeniedLog(store, nanoClock, background.audit());
  }

  /**
   * Returns the actor of a request.
   *
   * @throws Problem if it may not act
   */
  String actor(Request request) {
    if (!access.needsToken()) {
      if (request.isLoopback()) return AdminAccess.LOCAL;
      throw Problem.of(403, "without VIBEE_API_KEY only this machine is served");
    }
    @Nullable String credentials = request.header("Authorization");
    if (credentials == null) throw unauthorized("a token is needed: Authorization: Bearer …");
    Matcher matcher = CREDENTIALS.matcher(credentials.strip());
    @Nullable String holder = matcher.matches() ? access.holderOf(matcher.group(1)) : null;
    if (holder != null) return "token:" + holder;
    Duration delay = refused(request.remote().getAddress());
    throw unauthorized("the token is not known").after(delay);
  }

  private Duration refused(InetAddress address) {
    denied.denied(FailedTokens.network(address));
    planFlush();
    return failures.count(address);
  }

  private synchronized void planFlush() {
    if (flushPlanned) return;
    flushPlanned = true;
    background.later(FLUSH_AFTER, this::flush);
  }

  private void flush() {
    synchronized (this) {
      flushPlanned = false;
    }
    denied.flush();
    if (!denied.isEmpty()) planFlush();
  }

  private static Problem unauthorized(String detail) {
    return Problem.of(401, detail).with("WWW-Authenticate", "Bearer realm=\"vibee-session\"");
  }
}
