package io.vibee.session.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionException;
import io.vibee.session.admin.Routes.Route;
import io.vibee.session.admin.http.Json;
import io.vibee.session.admin.http.Problem;
import io.vibee.session.admin.http.Query;
import io.vibee.session.admin.http.Request;
import io.vibee.session.admin.http.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the API's requests: decides who is let in and which operation is meant, and turns errors
 * into responses. Every request gets a response.
 */
final class AdminApi {
  private static final Logger log = LoggerFactory.getLogger(AdminApi.class);

  /** How many requests may use the store at a time, and how many may wait for it. */
  private static final int INSIDE = 32;

  private static final int WAITING = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Routes routes;
  private final Authentication authentication;
  private final Semaphore places = new Semaphore(INSIDE, true);

  AdminApi(
      ManagedSessionStore store,
      AdminAccess access,
      Consumer<? super SessionChange> listener,
      InstantSource clock,
      Background background,
      Health health) {
    routes = new Routes(routes(store, listener, clock, background, health));
    authentication = new Authentication(access, store, System::nanoTime, background);
  }

  private static List<Route> routes(
      ManagedSessionStore store,
      Consumer<? super SessionChange> listener,
      InstantSource clock,
      Background background,
      Health health) {
    Readability readability = new Readability(store, background.reader());
    SessionCalls session = new SessionCalls(store, readability, listener);
    Lists lists = new Lists(store, readability);
    Stats stats = new Stats(store, readability, clock);
    Examinations examinations = new Examinations(store, background.examiner(), clock);
    String sessions = "/api/v1/sessions";
    String one = sessions + "/{id}";
    List<Route> routes = new ArrayList<>(PageFiles.routes());
    routes.add(Route.get("/health", health::database));
    routes.add(Route.get("/health/ready", health::ready));
    routes.add(Route.get("/health/live", health::live));
    routes.add(Route.get(sessions, lists::sessions, "active", "limit", "after", "fleet"));
    routes.add(Route.post(sessions, true, session::save));
    routes.add(Route.get(one, session::show));
    routes.add(Route.delete(one, session::deactivate));
    routes.add(Route.post(one + "/activate", false, session::activate));
    routes.add(Route.get(one + "/activity", lists::activityOfSession, "limit", "before"));
    routes.add(Route.get("/api/v1/activity", lists::activity, "limit", "before"));
    routes.add(Route.get("/api/v1/stats", stats::show, "hours"));
    routes.add(Route.get("/api/v1/doctor", examinations::show));
    addFleet(routes, one, new FleetCalls(store));
    return routes;
  }

  private static void addFleet(List<Route> routes, String session, FleetCalls fleet) {
    routes.add(Route.get(session + "/holding", fleet::holding));
    routes.add(Route.post(session + "/clear", false, fleet::clear));
    routes.add(Route.post(session + "/move", true, fleet::move));
    String all = "/api/v1/fleet";
    String agent = all + "/agents/{id}";
    routes.add(Route.get(all, fleet::show, "ended", "counts"));
    routes.add(Route.post(all + "/stop", true, fleet::stop));
    routes.add(Route.post(all + "/resume", false, fleet::resume));
    routes.add(Route.post(agent + "/drain", false, fleet::drain));
    routes.add(Route.post(agent + "/cordon", false, fleet::cordon));
    routes.add(Route.post(agent + "/uncordon", false, fleet::uncordon));
  }

  List<Route> routes() {
    return routes.all();
  }

  Response handle(Request request) throws IOException {
    try {
      return answer(request);
    } catch (Problem e) {
      return e.response();
    } catch (SessionException e) {
      return StoreErrors.response(e);
    } catch (IllegalArgumentException e) {
      return StoreErrors.refusedValue(e);
    } catch (IllegalStateException e) {
      log.warn("the store is closed: {}", StoreErrors.place(e));
      return StoreErrors.unavailable("the database cannot be used any more").response();
    } catch (RuntimeException e) {
      log.error("a request failed: {}", StoreErrors.place(e));
      return Problem.of(500, "this should not have happened: see the program's log").response();
    }
  }

  private Response answer(Request request) throws IOException {
    if (!Routes.isProtected(request.path())) return run(request, "nobody");
    String actor = authentication.actor(request);
    return run(request, actor);
  }

  private Response run(Request request, String actor) throws IOException {
    Routes.Found found = routes.find(request.method(), request.path());
    Route route = found.route();
    if (request.hasBody() && !route.takesBody()) {
      throw Problem.of(400, "this call takes no body");
    }
    if (!route.takesBody()) Json.refuseForms(request);
    Query query = new Query(request.query(), route.query());
    // Read before a place in the store is taken: a client may stall while it sends the body.
    ObjectNode body = route.takesBody() ? Json.read(request) : Json.object();
    Call call = new Call(request, found.ids(), query, body, actor);
    return Routes.isProtected(request.path())
        ? runInStore(route.operation(), call)
        : route.operation().run(call);
  }

  /**
   * Runs an operation once there is a place for it. A database that hangs then ties up some of the
   * server's threads and not all of them: health still answers.
   */
  private Response runInStore(Routes.Operation operation, Call call) {
    if (!enterStore()) throw StoreErrors.unavailable("too many requests wait for the database");
    try {
      return operation.run(call);
    } finally {
      places.release();
    }
  }

  private boolean enterStore() {
    if (places.getQueueLength() >= WAITING) return false;
    try {
      return places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
