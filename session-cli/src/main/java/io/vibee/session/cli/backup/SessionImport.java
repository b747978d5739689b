package io.vibee.session.cli.backup;

import io.vibee.session.ApiHashForm;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.RefusedEdit;
import io.vibee.session.Session;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionException;
import io.vibee.session.StoredTexts;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.cli.terminal.FailedException;
import io.vibee.session.cli.terminal.FailedException.Reason;
import io.vibee.session.cli.terminal.Format;
import io.vibee.session.cli.terminal.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Imports sessions into a store: checks all of them, then writes, then reports. */
public final class SessionImport {
  private static final int LISTED = 20;

  private final CliContext context;
  private final ImportScope scope;
  private final boolean replace;

  private SessionImport(CliContext context, ImportScope scope, boolean replace) {
    this.context = context;
    this.scope = scope;
    this.replace = replace;
  }

  /**
   * Imports the sessions of a backup with all of their values, and warns of hashes that Telegram
   * cannot have given.
   *
   * @param replace whether to overwrite sessions that are stored with other values, which are an
   *     error otherwise
   */
  public static SessionImport ofBackup(CliContext context, boolean replace) {
    return new SessionImport(context, ImportScope.ALL, replace);
  }

  /**
   * Imports the accounts of the {@code TELEGRAM_*} variables, whose source warns of such hashes
   * itself. Flags and chats of stored sessions stay as they are.
   *
   * @param replace see {@link #ofBackup}
   */
  public static SessionImport ofVariables(CliContext context, boolean replace) {
    return new SessionImport(context, ImportScope.CREDENTIALS, replace);
  }

  /**
   * Imports sessions.
   *
   * @throws FailedException if nothing was changed, since a session is another user's or differs
   *     from what is stored
   */
  public ImportReport run(ManagedSessionStore store, List<Session> sessions) {
    ImportPlan plan = new ImportPlan(store, scope);
    try (Progress progress = new Progress(context, "checked")) {
      plan.compare(sessions, compared -> progress.at(compared, sessions.size()));
    }
    refuseConflicts(plan);
    if (!replace) refuseDifferent(plan);
    if (scope == ImportScope.ALL) warnOfOtherHashes(sessions);
    new Writing(plan).run(store);
    return new ImportReport(plan.steps());
  }

  private void warnOfOtherHashes(List<Session> sessions) {
    List<String> users =
        sessions.stream()
            .filter(session -> !ApiHashForm.matches(session.apiHash()))
            .map(Session::userId)
            .toList();
    if (users.isEmpty()) return;
    String named = String.join(", ", users.subList(0, Math.min(users.size(), LISTED)));
    String more = users.size() > LISTED ? " and " + (users.size() - LISTED) + " more" : "";
    context
        .err()
        .println(
            StoredTexts.printableLine("warning: user " + named + more + ": " + ApiHashForm.ADVICE));
  }

  /** Writes what a plan wants, as much of it as can be stored. */
  private final class Writing {
    private final ImportPlan plan;
    private final List<SessionEdit> edits;
    private final int total;
    private int done;
    private final List<RefusedEdit> refused = new ArrayList<>();

    Writing(ImportPlan plan) {
      this.plan = plan;
      edits = plan.steps().stream().map(ImportPlan.Step::edit).flatMap(Stream::ofNullable).toList();
      total = plan.steps().size();
      done = total - edits.size();
    }

    void run(ManagedSessionStore store) {
      try (Progress progress = new Progress(context, "stored")) {
        store.editAll(
            edits,
            saved -> progress.at(++done, total),
            edit -> {
              if (refused.size() <= LISTED) refused.add(edit);
            });
      } catch (SessionException e) {
        tellHowMany();
        throw e;
      }
      if (refused.isEmpty()) return;
      tellHowMany();
      if (refused.size() > 1) list(refused.stream().map(edit -> "not stored: " + edit));
      RefusedEdit first = refused.get(0);
      if (!(first.reason() instanceof IllegalArgumentException complaint)) throw first.reason();
      throw new FailedException(
          Reason.REFUSED, "session " + sessionId(first) + ": " + Format.complaint(complaint));
    }

    private String sessionId(RefusedEdit edit) {
      return plan.steps().stream()
          .map(ImportPlan.Step::session)
          .filter(session -> session.userId().equals(edit.userId()))
          .map(Session::sessionId)
          .findFirst()
          .orElse("");
    }

    private void tellHowMany() {
      context.err().println(done + " of " + total + " are stored; run it again for the rest");
    }
  }

  /** Session ids that moved from user to user cannot be stored one after the other. */
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
    throw new FailedException(
        Reason.REFUSED,
        "nothing was changed, since "
            + Format.count(conflicts.size(), "session")
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
    throw new FailedException(
        Reason.REFUSED,
        "nothing was changed, since "
            + (different.size() == 1 ? "a session differs" : different.size() + " sessions differ")
            + " from what is stored, which may be newer: add --replace to overwrite it");
  }

  private void list(Stream<String> lines) {
    lines.limit(LISTED).map(StoredTexts::printableLine).forEach(context.err()::println);
  }
}
