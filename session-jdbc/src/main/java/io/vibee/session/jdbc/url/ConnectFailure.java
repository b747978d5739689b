package io.vibee.session.jdbc.url;

import io.vibee.session.StoreUnavailableException;
import io.vibee.session.jdbc.sql.SqlErrors;
import java.io.EOFException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.TimeZone;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Explains why no connection could be made, from the SQLSTATE and from who raised the error. Where
 * the driver has one state for many causes, it also goes by what the URL asks for, and by probing
 * the port.
 */
final class ConnectFailure {
  private static final String REFUSED = "the database refuses the login: ";
  private static final String UNREACHED = "the database cannot be reached: ";

  private static final String NO_CONNECTION =
      "the data source gives no connection, for the reason at the end; all may be in use";

  private final SQLException error;
  private final String state;
  private final @Nullable Target target;

  private ConnectFailure(SQLException error, @Nullable Target target) {
    this.error = error;
    this.state = SqlErrors.state(error);
    this.target = target;
  }

  /**
   * Returns the error together with what to do about it.
   *
   * @param target where the connection should have gone; null for a caller's data source
   */
  static StoreUnavailableException of(SQLException error, @Nullable Target target) {
    ConnectFailure failure = new ConnectFailure(error, target);
    String hint = target != null && failure.isOverWhatIsWritten() ? target.hint() : "";
    String advice = failure.advice();
    if (target == null) advice = advice.replace("DATABASE_URL", "the data source");
    String message = advice + hint + " (" + failure.reason() + ")";
    return new StoreUnavailableException(message, failure.state, SqlErrors.copy(error));
  }

  /** Leaves out messages of class 22: at login, they are about settings, and may quote the URL. */
  private String reason() {
    return state.startsWith("22") ? state : SqlErrors.reason(error);
  }

  /** Whether the error is about something written in the URL: user, password, database or host. */
  private boolean isOverWhatIsWritten() {
    return state.startsWith("28")
        || state.equals("3D000")
        || state.equals("08P01")
        || cause(UnknownHostException.class) != null;
  }

  private String advice() {
    if (state.startsWith("22") || state.equals("42704")) return setting();
    return switch (state) {
      case "28P01" -> REFUSED + password();
      case "3D000" -> "there is no such database: correct its name in DATABASE_URL, or create it";
      case "42501" -> REFUSED + "grant CONNECT on the database to this role";
      case "57P03" -> UNREACHED + "it is starting, stopping or recovering: try again";
      case "08004" -> rejected();
      case "08P01" -> fromServer() != null ? pooler() : protocol();
      default ->
          state.startsWith("28")
              ? REFUSED
                  + "the role must exist and have LOGIN, and pg_hba.conf must let it in from here,"
                  + " with or without TLS"
              : state.isEmpty() || state.startsWith("08")
                  ? UNREACHED + (target == null && state.isEmpty() ? NO_CONNECTION : unreached())
                  : SqlErrors.advice(state, error);
    };
  }

  private String password() {
    return target == null || target.hasPassword()
        ? "check user and password in DATABASE_URL"
        : "check the user in DATABASE_URL, and the password in ~/.pgpass";
  }

  /** Explains a state that the driver uses for many kinds of rejection. */
  private String rejected() {
    if (target == null) return REFUSED + "check user, password and TLS settings of the data source";
    if (target.requiresTls() && probe() == ServerProbe.NO_TLS) {
      return UNREACHED
          + "the server has no TLS, which sslmode in DATABASE_URL asks for: set ssl = on there";
    }
    if (!target.hasPassword() && !target.restrictsLogin()) {
      return REFUSED
          + "it asks for a password, and there is none: write it into DATABASE_URL, as in"
          + " postgresql://user:password@host:5432/database, or into ~/.pgpass";
    }
    return REFUSED + "its way to log in is not the one that DATABASE_URL asks for";
  }

  private String setting() {
    // Names of settings do not depend on the server's language, unlike the rest of the message.
    @Nullable ServerErrorMessage server = fromServer();
    if (server != null
        && String.valueOf(server.getMessage()).contains("\"TimeZone\"")
        && (target == null || !target.setsTimeZone())) {
      return REFUSED
          + "the server does not know the time zone of this Java process, "
          + TimeZone.getDefault().getID()
          + ": start Java with -Duser.timezone=UTC, or another zone that it knows";
    }
    return REFUSED
        + "it does not take a setting that the connection brings: check options in DATABASE_URL";
  }

  private String pooler() {
    // PgBouncer has one state for all errors, and only one language.
    @Nullable ServerErrorMessage server = fromServer();
    boolean parameter =
        server != null && String.valueOf(server.getMessage()).contains("startup parameter");
    return parameter
        ? "the pooler refuses what the connection brings: leave options out of DATABASE_URL, and"
            + " set search_path for the role"
        : "the pooler refuses the connection: look at its reason, and at its own log";
  }

  private String protocol() {
    @Nullable ServerProbe found = probe();
    return UNREACHED
        + (found == null || found == ServerProbe.UNKNOWN
            ? "what listens there does not speak PostgreSQL's protocol"
            : found.words())
        + ": check host and port in DATABASE_URL";
  }

  private String unreached() {
    UnknownHostException unknown = cause(UnknownHostException.class);
    if (unknown != null)
      return Boolean.getBoolean("java.net.preferIPv4Stack")
          ? "the name of its host is not known here, or has no IPv4 address, and"
              + " java.net.preferIPv4Stack=true takes no other: correct either"
          : "the name of its host is not known here: correct it in DATABASE_URL";
    if (isTimeout() || cause(NoRouteToHostException.class) != null || isOtherSocketError()) {
      if (target != null && target.hosts().stream().allMatch(ConnectFailure::isIpv6Only)) {
        return "its host has IPv6 addresses only, and they are not reached from here: use a host"
            + " with an IPv4 address, such as a pooler's, or give this machine IPv6";
      }
    }
    if (isTimeout()) {
      return "it does not answer in time: see whether the server, or the pooler in front of it, is"
          + " stopped or overloaded, and whether a firewall drops the connection"
          + (target != null && target.asksForKindOfServer()
              ? "; or no host is what target_session_attrs asks for"
              : "");
    }
    if (cause(SSLException.class) != null) return tls();
    if (cause(EOFException.class) != null) {
      return "what listens there ends the connection at once: see whether the server behind a pooler"
          + " or proxy runs, and check host and port in DATABASE_URL";
    }
    return "check that it runs, and the host and port in DATABASE_URL";
  }

  private String tls() {
    @Nullable ServerProbe found = probe();
    if (found != null && found.isOther()) {
      return found.words() + ": check host and port in DATABASE_URL";
    }
    return cause(GeneralSecurityException.class) != null
        ? "its certificate is not accepted: sslrootcert in DATABASE_URL must name the one that"
            + " signed it, and with verify-full the host must be as it says"
        : "TLS with it fails: compare sslmode and the certificates with what the server asks for";
  }

  /** Whether time ran out; when the driver's own clock ends a login, the error has no cause. */
  private boolean isTimeout() {
    return cause(SocketTimeoutException.class) != null
        || (state.equals("08001") && SqlErrors.deepest(error).getCause() == null);
  }

  /**
   * Whether it is another error of the socket, such as an unreachable network; refused and closed
   * connections have classes of their own.
   */
  private boolean isOtherSocketError() {
    SocketException socket = cause(SocketException.class);
    // Without IPv6, Linux says that our own address cannot be assigned, which Java takes for
    // an error of bind.
    return socket instanceof BindException
        || (socket != null && socket.getClass() == SocketException.class);
  }

  private static boolean isIpv6Only(Host host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host.name()))
          .allMatch(Inet6Address.class::isInstance);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Probes the port, unless there are several hosts: it is not known which of them failed. */
  private @Nullable ServerProbe probe() {
    return target == null || target.hosts().size() > 1
        ? null
        : ServerProbe.of(target.hosts().get(0));
  }

  private @Nullable ServerErrorMessage fromServer() {
    return SqlErrors.deepest(error) instanceof PSQLException postgres
        ? postgres.getServerErrorMessage()
        : null;
  }

  private <T extends Throwable> @Nullable T cause(Class<T> type) {
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (type.isInstance(at)) return type.cast(at);
    }
    return null;
  }
}
