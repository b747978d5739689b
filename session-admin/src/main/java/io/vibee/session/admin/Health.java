package io.vibee.session.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.MasterKeyMismatchException;
import io.vibee.session.MasterKeyMissingException;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.SessionStore;
import io.vibee.session.admin.http.Json;
import io.vibee.session.admin.http.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the process is alive, whether its database can be used, and whether the agent in it
 * can do its work. Another thread asks the database, once for everyone who wants to know at that
 * time, since a connection that hangs may hang for long.
 */
final class Health {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
  private static final String OK = "ok";

  private final SessionStore store;
  private final Executor checker;
  private final @Nullable BooleanSupplier agent;
  private @Nullable Check last;

  private record Check(CompletableFuture<String> database, long startedNanos) {
    boolean isUsable() {
      return !database.isDone() || System.nanoTime() - startedNanos < FRESH_NANOS;
    }
  }

  /**
   * Asks nothing yet.
   *
   * @param agent whether the agent can do its work; null if there is none
   */
  Health(SessionStore store, Executor checker, @Nullable BooleanSupplier agent) {
    this.store = store;
    this.checker = checker;
    this.agent = agent;
  }

  Response live(Call call) {
    return Response.json(200, Json.object().put("status", OK).toString());
  }

  Response database(Call call) {
    String database = database();
    return response(Json.object().put("database", database), database.equals(OK));
  }

  Response ready(Call call) {
    if (agent == null) return database(call);
    String database = database();
    boolean ready = agent.getAsBoolean();
    ObjectNode states = Json.object().put("database", database);
    states.put("agent", ready ? OK : "not_ready");
    return response(states, ready && database.equals(OK));
  }

  private static Response response(ObjectNode states, boolean isOk) {
    ObjectNode body = Json.object().put("status", isOk ? OK : "degraded");
    body.setAll(states);
    if (isOk) return Response.json(200, body.toString());
    return Response.json(503, body.toString())
        .with("Retry-After", Integer.toString(StoreErrors.RETRY_SECONDS));
  }

  private String database() {
    try {
      return check().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return "unavailable";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "unavailable";
    }
  }

  private synchronized CompletableFuture<String> check() {
    if (last == null || !last.isUsable()) {
      last = new Check(CompletableFuture.supplyAsync(this::ask, checker), System.nanoTime());
    }
    return last.database();
  }

  private String ask() {
    try {
      store.check();
      return OK;
    } catch (SchemaVersionException e) {
      return "schema";
    } catch (MasterKeyMissingException | MasterKeyMismatchException e) {
      return "key";
    } catch (RuntimeException e) {
      return "unavailable";
    }
  }
}
