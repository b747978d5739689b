package io.vibee.session.cli;

import io.vibee.session.SessionException;
import io.vibee.session.SessionSummary;
import io.vibee.session.StoredTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Does the same to several sessions, and reports on each. */
final class EachSession {
  private final DatabaseCommand command;
  private final boolean several;

  /** What was done to a session: as JSON, and in words. */
  record Done(Map<String, @Nullable Object> document, String line) {}

  EachSession(DatabaseCommand command, boolean several) {
    this.command = command;
    this.several = several;
  }

  void run(List<SessionSummary> sessions, Function<SessionSummary, Done> work) {
    List<Map<String, @Nullable Object>> documents = new ArrayList<>();
    try {
      for (SessionSummary session : sessions) {
        Done done = work.apply(session);
        documents.add(done.document());
        if (!several || !command.json()) command.print(done.document(), done.line());
      }
    } catch (SessionException e) {
      if (several) {
        List<String> left =
            sessions.stream().skip(documents.size()).map(SessionSummary::sessionId).toList();
        command.note(
            "%s of %s are done; not done, or not known to be: %s"
                .formatted(
                    documents.size(),
                    sessions.size(),
                    StoredTexts.printableLine(String.join(" ", left))));
      }
      throw e;
    } finally {
      if (several && command.json()) command.print(Map.of("sessions", documents), "");
    }
  }
}
