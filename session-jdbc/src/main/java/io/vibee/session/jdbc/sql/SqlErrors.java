package io.vibee.session.jdbc.sql;

import io.vibee.session.OutcomeUnknownException;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.SessionException;
import io.vibee.session.StoreUnavailableException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Tells database errors apart by SQLSTATE, and lets nothing out that could hold a stored value. */
public final class SqlErrors {
  /** Prefix of the messages of our migrations and triggers. */
  public static final String OURS = "vibee-session: ";

  /**
   * SQLSTATE of our triggers: SQL alone cannot write this hash, since the key is outside the
   * database.
   */
  public static final String KEY_OUTSIDE = "VK001";

  private static final String TOO_LONG = "22001";

  /** SQLSTATEs: a table, column or function is missing. */
  private static final Set<String> UNKNOWN_SCHEMA = Set.of("42P01", "42703", "42883");

  /** SQLSTATE: a lock was not released in time. */
  public static final String LOCK_NOT_AVAILABLE = "55P03";

  /** SQLSTATE: a statement took too long, or somebody cancelled it. */
  public static final String QUERY_CANCELED = "57014";

  /** SQLSTATE: the database's encoding lacks a character. */
  public static final String UNTRANSLATABLE = "22P05";

  /** SQLSTATE: the transaction did nothing, and may be run again. */
  public static final String SERIALIZATION_FAILURE = "40001";

  private static final String SEQUENCE_AT_END = "2200H";

  private static final Pattern USER_INFO = Pattern.compile("//[^/\\s]*@");
  private static final Pattern PASSWORD = Pattern.compile("(?i)password=[^&\\s]*");

  /** Advice on finding, and ending, the transaction that holds a lock. */
  public static final String FIND_HOLDER =
      "to find it, run SELECT pid, usename, application_name, state, xact_start FROM pg_stat_activity"
          + " WHERE xact_start IS NOT NULL ORDER BY xact_start; pg_terminate_backend(pid) ends it";

  private SqlErrors() {}

  /** Returns the SQLSTATE of the error or of the nearest cause that has one; empty if none has. */
  public static String state(SQLException error) {
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql && sql.getSQLState() != null) return sql.getSQLState();
    }
    return "";
  }

  /**
   * Whether the stored bytes are at fault: pgcrypto's own error, or a text that is not valid UTF-8.
   */
  public static boolean isUndecryptable(SQLException error) {
    String state = state(error);
    return state.equals("39000") || state.equals("22021");
  }

  /**
   * Whether an id that the database itself chose is taken: its sequence is behind, as after a
   * switch-over to a logical replica, since replication copies no sequences.
   */
  public static boolean isSequenceBehind(SQLException error) {
    return sequenceBehind(error) != null;
  }

  /** Whether the database has no id left for a new row. */
  public static boolean isSequenceAtEnd(SQLException error) {
    return state(error).equals(SEQUENCE_AT_END);
  }

  private static @Nullable String sequenceBehind(SQLException error) {
    if (!state(error).equals("23505")
        || !(deepest(error) instanceof PSQLException postgres)
        || postgres.getServerErrorMessage() == null) {
      return null;
    }
    ServerErrorMessage server = postgres.getServerErrorMessage();
    return switch (String.valueOf(server.getConstraint())) {
      case "user_sessions_pkey" -> behind(server.getSchema(), "user_sessions");
      case "session_activity_pkey" -> behind(server.getSchema(), "session_activity");
      default -> null;
    };
  }

  private static String behind(@Nullable String schema, String table) {
    String name = '"' + String.valueOf(schema).replace("\"", "\"\"") + "\"." + table;
    return "the sequence of the ids of %1$s is behind its rows, as after a switch-over to a logical"
            .formatted(name)
        + " replica: run SELECT setval(pg_get_serial_sequence('%1$s', 'id'), (SELECT max(id) FROM %2$s))"
            .formatted(name.replace("'", "''"), name);
  }

  /**
   * Throws an {@link IllegalArgumentException} for a value that PostgreSQL cannot store; returns
   * any other error.
   */
  public static SQLException invalidValue(SQLException error) {
    String state = state(error);
    String message = message(deepest(error));
    if (state.equals(TOO_LONG) && message.startsWith(OURS)) {
      throw new IllegalArgumentException(message.substring(OURS.length()));
    }
    if (state.startsWith("22") && !isSequenceAtEnd(error) && !message.startsWith(OURS)) {
      throw new IllegalArgumentException("a value cannot be stored (" + state + ")");
    }
    return error;
  }

  /** Wraps an error so that {@link Jdbc} runs the work again, as after a serialization failure. */
  public static SQLException repeatable(SQLException cause) {
    return new SQLException(message(deepest(cause)), SERIALIZATION_FAILURE, cause);
  }

  /** Translates an error into one of the library's, with advice and without stored values. */
  public static SessionException translate(SQLException error) {
    String state = state(error);
    if (UNKNOWN_SCHEMA.contains(state))
      return SchemaVersionException.missing(SessionSchema.VERSION);
    String message = advice(state, error) + " (" + reason(error) + ")";
    return new StoreUnavailableException(message, state, copy(error));
  }

  /**
   * Whether a commit that failed with this error may have taken effect: only its answer was lost,
   * or the server broke down over it (insufficient resources, system and internal errors).
   */
  public static boolean leavesOutcomeOpen(SQLException error) {
    String state = state(error);
    return state.isEmpty() || Stream.of("08", "57P0", "53", "58", "XX").anyMatch(state::startsWith);
  }

  static OutcomeUnknownException outcomeUnknown(SQLException error) {
    return new OutcomeUnknownException(
        "the connection was lost while the change was committed, so it may have been made or not:"
            + " look at the session, the key or the log before you repeat it ("
            + reason(error)
            + ")",
        copy(error));
  }

  /** Says what happened and what to do about it, as far as the SQLSTATE tells. */
  public static String advice(String state, SQLException error) {
    @Nullable String behind = sequenceBehind(error);
    if (behind != null) return behind;
    return switch (state) {
      case "42725" ->
          "a function of this library's name and with other arguments stands beside ours: find who"
              + " made it by vibee-session doctor, and drop it";
      case UNTRANSLATABLE -> "a value has a character that the database's encoding lacks";
      case SEQUENCE_AT_END ->
          "a sequence of ids has come to its end: ALTER its column id to bigint and the sequence with"
              + " it (ALTER SEQUENCE ... AS bigint), see \\d user_sessions and \\d session_activity";
      case "42501" ->
          "the database role lacks a right: grant it as docs/security.md says, or use another role";
      case "25006" ->
          "the database is read-only, perhaps a standby: add target_session_attrs=read-write";
      case LOCK_NOT_AVAILABLE ->
          "another transaction holds "
              + held(error)
              + " for too long, and nothing was changed: try again; "
              + FIND_HOLDER;
      case QUERY_CANCELED ->
          "the statement was cancelled, by statement_timeout (50 seconds, or what the role has) or"
              + " by somebody, and nothing was changed: try again, when the database has less to do";
      case "53300" -> "the database has too many connections: try again, or use a pooler";
      default ->
          state.isEmpty() || state.startsWith("08") || state.startsWith("57")
              ? "the database cannot be reached any more, the connection was lost: try again, and"
                  + " check that the server, and a pooler in front of it, runs"
              : "the database failed";
    };
  }

  /** Names what a statement waited for, from the table in the server's message. */
  private static String held(SQLException error) {
    String where = "";
    if (deepest(error) instanceof PSQLException postgres
        && postgres.getServerErrorMessage() != null
        && postgres.getServerErrorMessage().getWhere() != null) {
      where = postgres.getServerErrorMessage().getWhere().split("\\R", 2)[0];
    }
    if (where.contains("\"encryption_keys\"")) return "a key (its row of encryption_keys)";
    if (where.contains("\"user_sessions\"")) return "a session (its row of user_sessions)";
    return "a row or a table";
  }

  /** Returns the SQLSTATE and the server's short message. */
  public static String reason(SQLException error) {
    String state = state(error);
    return (state.isEmpty() ? "" : state + ": ") + message(deepest(error));
  }

  /**
   * Copies an error's SQLSTATE, stack trace and short message, but not its detail, which may hold
   * values.
   */
  public static SQLException copy(SQLException error) {
    SQLException copy =
        new SQLException(message(deepest(error)), state(error), error.getErrorCode());
    copy.setStackTrace(error.getStackTrace());
    return copy;
  }

  /** Returns the detail of an error of our migration if that is a number, otherwise 0. */
  public static int detailedNumber(SQLException error) {
    if (!(deepest(error) instanceof PSQLException postgres)) return 0;
    ServerErrorMessage server = postgres.getServerErrorMessage();
    String detail = server == null ? "" : Objects.requireNonNullElse(server.getDetail(), "");
    return detail.matches("[0-9]{1,9}") ? Integer.parseInt(detail) : 0;
  }

  /** Returns the database error beneath a pool's own exception. */
  public static SQLException unwrap(RuntimeException error) {
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql) return sql;
    }
    return new SQLException("the data source failed with " + error.getClass().getName());
  }

  /** Returns the last {@link SQLException} in the chain of causes. */
  public static SQLException deepest(SQLException error) {
    SQLException deepest = error;
    for (Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql) deepest = sql;
    }
    return deepest;
  }

  private static String message(SQLException error) {
    @Nullable ServerErrorMessage server =
        error instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    @Nullable String text = server != null ? ownWords(server) : error.getMessage();
    return masked(state(error), Objects.requireNonNullElse(text, error.getClass().getName()));
  }

  /** The first line of an error's message, without passwords of URLs or values of rows. */
  public static String masked(String state, String text) {
    // Class 22 is about data, and its messages quote it; ours do not.
    if (state.startsWith("22") && !text.startsWith(OURS)) return "a value is not valid";
    String firstLine = text.split("\\R", 2)[0];
    return PASSWORD
        .matcher(USER_INFO.matcher(firstLine).replaceAll("//***@"))
        .replaceAll("password=***");
  }

  /** Returns the short message, with the hint if one of our triggers wrote it. */
  private static @Nullable String ownWords(ServerErrorMessage server) {
    String message = server.getMessage();
    return message != null && message.startsWith(OURS) && server.getHint() != null
        ? message + ". " + server.getHint()
        : message;
  }
}
