package io.vibee.session.admin;

import io.vibee.session.SessionSummary;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the agent of a change. It is stored by then, so a listener cannot make the call fail. */
record ChangeListener(Consumer<? super SessionChange> listener) {
  private static final Logger log = LoggerFactory.getLogger(ChangeListener.class);

  void changed(SessionChange.Kind kind, SessionSummary session) {
    try {
      listener.accept(new SessionChange(kind, session));
    } catch (RuntimeException e) {
      log.error("the agent's listener failed on a change of a session: {}", Failures.place(e));
    }
  }
}
