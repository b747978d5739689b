package io.vibee.session.admin;

import static io.vibee.session.admin.SessionChange.Kind.ACTIVATED;
import static io.vibee.session.admin.SessionChange.Kind.CREATED;
import static io.vibee.session.admin.SessionChange.Kind.DEACTIVATED;
import static io.vibee.session.admin.SessionChange.Kind.UPDATED;

import io.vibee.session.ApiHashForm;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SaveResult;
import io.vibee.session.SaveResult.Outcome;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionEditBuilder;
import io.vibee.session.SessionException;
import io.vibee.session.SessionRevision;
import io.vibee.session.SessionSummary;
import io.vibee.session.admin.http.Problem;
import io.vibee.session.admin.http.Request;
import io.vibee.session.admin.http.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Implements the calls that show and change one session. */
final class SessionCalls {
  private static final Logger log = LoggerFactory.getLogger(SessionCalls.class);
  private static final String IF_MATCH = "If-Match";
  private static final String IF_NONE_MATCH = "If-None-Match";

  private final ManagedSessionStore store;
  private final Readability readability;
  private final Consumer<? super SessionChange> listener;

  SessionCalls(
      ManagedSessionStore store,
      Readability readability,
      Consumer<? super SessionChange> listener) {
    this.store = store;
    this.readability = readability;
    this.listener = listener;
  }

  Response show(Call call) {
    SessionSummary session = store.summaryOfUser(call.id()).orElseThrow(StoreErrors::notFound);
    return response(200, session);
  }

  Response save(Call call) {
    @Nullable Etags expected = Etags.read(call.request(), IF_MATCH);
    @Nullable Etags unwanted = Etags.read(call.request(), IF_NONE_MATCH);
    if (unwanted != null && (!unwanted.any() || expected != null)) {
      throw Problem.of(400, "If-None-Match must be * here, without If-Match");
    }
    SessionEditBuilder edit =
        SessionEditJson.read(
            call.body(),
            user -> unwanted != null || (user != null && store.summaryOfUser(user).isEmpty()));
    if (unwanted != null) edit.expecting(SessionRevision.NONE);
    if (expected != null) {
      edit.expecting(seen(expected, store.summaryOfUser(edit.build().userId())));
    }
    SessionEdit wanted = edit.build();
    SaveResult<SessionSummary> result = store.actingAs(call.actor()).edit(wanted);
    readability.changed();
    SessionSummary session = result.session();
    warnOfOtherHash(wanted, session);
    boolean created = result.outcome() == Outcome.CREATED;
    tell(created ? CREATED : UPDATED, session);
    Response response = response(created ? 201 : 200, session);
    return created ? response.with("Location", location(call.request(), session)) : response;
  }

  /** Tells the agent of a change. It is stored by then, so a listener cannot make the call fail. */
  private void tell(SessionChange.Kind kind, SessionSummary session) {
    try {
      listener.accept(new SessionChange(kind, session));
    } catch (RuntimeException e) {
      log.error("the agent's listener failed on a change of a session: {}", StoreErrors.place(e));
    }
  }

  private static void warnOfOtherHash(SessionEdit edit, SessionSummary session) {
    if (edit.apiHash().filter(hash -> !ApiHashForm.matches(hash)).isEmpty()) return;
    log.warn(
        "session {} of user {}: {}", session.sessionId(), session.userId(), ApiHashForm.ADVICE);
  }

  Response activate(Call call) {
    return response(200, setActive(call, true).orElseThrow(StoreErrors::notFound));
  }

  Response deactivate(Call call) {
    setActive(call, false);
    return Response.empty(204);
  }

  /** Returns the session as it is afterwards; empty if it was deleted at that very moment. */
  private Optional<SessionSummary> setActive(Call call, boolean active) {
    ManagedSessionStore named = store.actingAs(call.actor());
    @Nullable Etags expected = Etags.read(call.request(), IF_MATCH);
    Optional<SessionSummary> session;
    if (expected == null) {
      if (active) named.activate(call.id());
      else named.deactivate(call.id());
      session = changed(call.id());
    } else {
      SessionSummary found = store.summaryOfSession(call.id()).orElseThrow(StoreErrors::notFound);
      SessionRevision seen = seen(expected, Optional.of(found));
      SaveResult<SessionSummary> result =
          named.edit(SessionEdit.of(found.userId()).active(active).expecting(seen).build());
      session = Optional.of(result.session());
    }
    readability.changed();
    session.ifPresent(s -> tell(active ? ACTIVATED : DEACTIVATED, s));
    return session;
  }

  /** Reads a session that was changed a moment ago. */
  private Optional<SessionSummary> changed(String sessionId) {
    try {
      return store.summaryOfSession(sessionId);
    } catch (SessionException e) {
      log.warn("a session cannot be read after a change: {}", e.getMessage());
      throw StoreErrors.unavailable(
          "the change was made, but the session cannot be read afterwards: repeat the call");
    }
  }

  /** Returns the session's state, provided that the client has seen it. */
  private static SessionRevision seen(Etags expected, Optional<SessionSummary> session) {
    return session
        .filter(expected::match)
        .map(SessionSummary::at)
        .orElseThrow(StoreErrors::changed);
  }

  private Response response(int status, SessionSummary session) {
    return Response.json(status, SessionAnswer.write(session, readability.of(session)).toString())
        .with("ETag", Etags.of(session));
  }

  private static String location(Request request, SessionSummary session) {
    String id = URLEncoder.encode(session.userId(), StandardCharsets.UTF_8).replace("+", "%20");
    return request.mount() + "/api/v1/sessions/" + id;
  }
}
