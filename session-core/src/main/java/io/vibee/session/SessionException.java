package io.vibee.session;

import org.jspecify.annotations.Nullable;

/**
 * Says why a session could not be found, loaded or stored. There is one subclass for each thing
 * that a caller can do about it.
 *
 * <p>Messages say what to do. Neither they nor the causes hold a secret: a database error becomes a
 * copy that keeps its SQLState and the server's short message, and leaves out the detail, which may
 * repeat stored values.
 */
public abstract sealed class SessionException extends RuntimeException
    permits AgentEndedException,
        AmbiguousSessionException,
        KeyInUseException,
        MasterKeyMismatchException,
        MasterKeyMissingException,
        MisconfiguredException,
        NotConfiguredException,
        OtherTimelineException,
        OutcomeUnknownException,
        ReadOnlyStoreException,
        SchemaVersionException,
        SessionChangedException,
        SessionConflictException,
        SessionInactiveException,
        SessionIncompleteException,
        SessionNotFoundException,
        SessionTakenException,
        StaleLeaseException,
        StoreUnavailableException,
        UnreadableSessionException {

  SessionException(String message) {
    super(message);
  }

  SessionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
