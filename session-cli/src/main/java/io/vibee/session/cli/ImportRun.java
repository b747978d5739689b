package io.vibee.session.cli;

import io.vibee.session.ApiHashForm;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.Session;
import io.vibee.session.SessionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Imports sessions into a store: first checks all of them, then writes, then tells what it did. */
final class ImportRun {
  private static final int LISTED = 20;

  private final Surroundings here;
  private final ImportScope scope;
  private final boolean replace;

  ImportRun(Surroundings here, ImportScope scope, boolean replace) {
    this.here = here;
    this.scope = scope;
    this.replace = replace;
  }

  /** What was done, in the order of the import. */
  List<ImportPlan.Step> run(ManagedSessionStore store, List<Session> sessions) {
    ImportPlan plan = new ImportPlan(store, scope);
    try (Progress progress = new Progress(here, "checked")) {
      for (Session session : sessions) {
        plan.add(session);
        progress.at(plan.steps().size(), sessions.size());
      }
    }
    refuseConflicts(plan);
    if (!replace) refuseDifferent(plan);
    // Of variables, the source that reads them warns itself.
    if (scope == ImportScope.ALL) warnOfOtherHashes(sessions);
    write(plan);
    return plan.steps();
  }

  private void warnOfOtherHashes(List<Session> sessions) {
    List<String> users =
        sessions.stream()
            .filter(session -> !ApiHashForm.isTelegrams(session.apiHash()))
            .map(Session::userId)
            .toList();
    if (users.isEmpty()) return;
    String named = String.join(", ", users.subList(0, Math.min(users.size(), LISTED)));
    String more = users.size() > LISTED ? " and " + (users.size() - LISTED) + " more" : "";
    here.err().println(Printable.line("warning: user " + named + more + ": " + ApiHashForm.ADVICE));
  }

  private void write(ImportPlan plan) {
    int done = 0;
    try (Progress progress = new Progress(here, "stored")) {
      for (ImportPlan.Step step : plan.steps()) {
        plan.run(step);
        progress.at(++done, plan.steps().size());
      }
    } catch (SessionException | UsageException e) {
      here.err()
          .println(done + " of " + plan.steps().size() + " are stored; run it again for the rest");
      throw e;
    }
  }

  /** Those whose ids moved on from user to user cannot be stored one after the other. */
  private void refuseConflicts(ImportPlan plan) {
    List<ImportPlan.Conflict> conflicts = plan.conflicts();
    if (conflicts.isEmpty()) return;
    Set<String> users =
        plan.steps().stream().map(step -> step.session().userId()).collect(Collectors.toSet());
    list(
        conflicts.stream()
            .map(
                conflict ->
                    "session %s of user %s is stored as that of user %s%s"
                        .formatted(
                            conflict.sessionId(),
                            conflict.userId(),
                            conflict.storedUserId(),
                            users.contains(conflict.storedUserId())
                                ? ""
                                : ", who is not in this import")));
    throw new UsageException(
        "nothing was changed, since "
            + Count.of(conflicts.size(), "session")
            + " would be another user's: if the import is right, first delete each as it is stored"
            + " (vibee-session delete), then import again; what is not in this import is lost then");
  }

  private void refuseDifferent(ImportPlan plan) {
    List<ImportPlan.Step> different =
        plan.steps().stream().filter(step -> !step.differences().isEmpty()).toList();
    if (different.isEmpty()) return;
    list(
        different.stream()
            .map(
                step ->
                    "user %s is stored with another %s"
                        .formatted(
                            step.session().userId(), String.join(", ", step.differences()))));
    throw new UsageException(
        "nothing was changed, since "
            + (different.size() == 1 ? "a session differs" : different.size() + " sessions differ")
            + " from what is stored, which may be newer: add --replace to overwrite it");
  }

  private void list(Stream<String> lines) {
    lines.limit(LISTED).map(Printable::line).forEach(here.err()::println);
  }

  /** The numbers, and with them every session. */
  static Map<String, @Nullable Object> document(List<ImportPlan.Step> steps) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    for (ImportPlan.Outcome outcome : ImportPlan.Outcome.values()) {
      document.put(name(outcome), count(steps, outcome));
    }
    List<Map<String, ?>> sessions = new ArrayList<>();
    for (ImportPlan.Step step : steps) {
      Map<String, @Nullable Object> session = new LinkedHashMap<>();
      session.put("user_id", step.session().userId());
      session.put("session_id", step.session().sessionId());
      session.put("outcome", name(step.outcome()));
      sessions.add(session);
    }
    document.put("sessions", sessions);
    return document;
  }

  /** The numbers for people. */
  static String summary(List<ImportPlan.Step> steps) {
    return "%d created, %d updated, %d unchanged"
        .formatted(
            count(steps, ImportPlan.Outcome.CREATED),
            count(steps, ImportPlan.Outcome.UPDATED),
            count(steps, ImportPlan.Outcome.UNCHANGED));
  }

  static String name(ImportPlan.Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  private static long count(List<ImportPlan.Step> steps, ImportPlan.Outcome outcome) {
    return steps.stream().filter(step -> step.outcome() == outcome).count();
  }
}
