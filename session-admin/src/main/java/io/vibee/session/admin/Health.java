package io.vibee.session.admin;

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
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the process is alive, and whether its database can be used. Another thread asks the
 * database, once for everyone who wants to know at that time, since a connection that hangs may
 * hang for long.
 */
final class Health {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
  private static final String OK = "ok";

  private final SessionStore store;
  private final Executor checker;
  private @Nullable Check last;

  private record Check(CompletableFuture<String> database, long startedNanos) {
    boolean isUsable() {
      return !database.isDone() || System.nanoTime() - startedNanos < FRESH_NANOS;
    }
  }

  Health(SessionStore store, Executor checker) {
    this.store = store;
    this.checker = checker;
  }

  Response live(Call call) {
    return Response.json(200, Json.object().put("status", OK).toString());
  }

  Response ready(Call call) {
    String database = database();
    boolean usable = database.equals(OK);
    String body =
        Json.object().put("status", usable ? OK : "degraded").put("database", database).toString();
    if (usable) return Response.json(200, body);
    return Response.json(503, body)
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
