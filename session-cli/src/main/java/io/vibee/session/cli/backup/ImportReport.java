package io.vibee.session.cli.backup;

import io.vibee.session.Session;
import io.vibee.session.cli.backup.ImportPlan.Outcome;
import io.vibee.session.cli.backup.ImportPlan.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an import did, in the order of the import. */
public final class ImportReport {
  private final List<Step> steps;

  ImportReport(List<Step> steps) {
    this.steps = steps;
  }

  /** Gives the numbers and every session, as JSON. */
  public Map<String, @Nullable Object> document() {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    for (Outcome outcome : Outcome.values()) document.put(name(outcome), count(outcome));
    List<Map<String, ?>> sessions = new ArrayList<>();
    for (Step step : steps) {
      Map<String, @Nullable Object> session = new LinkedHashMap<>();
      session.put("user_id", step.session().userId());
      session.put("session_id", step.session().sessionId());
      session.put("outcome", name(step.outcome()));
      sessions.add(session);
    }
    document.put("sessions", sessions);
    return document;
  }

  /** Gives the numbers for people. */
  public String summary() {
    return "%s created, %s updated, %s unchanged"
        .formatted(count(Outcome.CREATED), count(Outcome.UPDATED), count(Outcome.UNCHANGED));
  }

  /** Gives a line for each session. */
  public List<String> lines() {
    return steps.stream().map(ImportReport::line).toList();
  }

  private static String line(Step step) {
    Session session = step.session();
    return "%s session %s of user %s"
        .formatted(name(step.outcome()), session.sessionId(), session.userId());
  }

  private static String name(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  private long count(Outcome outcome) {
    return steps.stream().filter(step -> step.outcome() == outcome).count();
  }
}
