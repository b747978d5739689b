package io.vibee.session.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.Diagnostics;
import io.vibee.session.Finding;
import io.vibee.session.Finding.Status;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.admin.http.Json;
import io.vibee.session.admin.http.Problem;
import io.vibee.session.admin.http.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The call that tells what is wrong with the database. It is examined by another thread, one time
 * after the other and once for all who ask meanwhile. Since hashes are looked at in the database,
 * what was found is told for a while: 20 times as long as it took to find, but for a minute at
 * most, so that nobody is told of a fault long after it was mended.
 */
final class Examinations {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration SHORTEST_REST = Duration.ofSeconds(1);
  private static final Duration LONGEST_REST = Duration.ofMinutes(1);
  private static final int REST = 20;

  /** How many wait for an examination: each of them is one who could be asking for sessions. */
  private static final int WAITERS = 4;

  private final ManagedSessionStore store;
  private final Executor examiner;
  private final InstantSource clock;
  private final Duration patience;
  private final LongSupplier nanoTime;
  private final Semaphore waiters = new Semaphore(WAITERS);
  private @Nullable Examination last;

  Examinations(ManagedSessionStore store, Executor examiner, InstantSource clock) {
    this(store, examiner, clock, PATIENCE, System::nanoTime);
  }

  Examinations(
      ManagedSessionStore store,
      Executor examiner,
      InstantSource clock,
      Duration patience,
      LongSupplier nanoTime) {
    this.store = store;
    this.examiner = examiner;
    this.clock = clock;
    this.patience = patience;
    this.nanoTime = nanoTime;
  }

  private record Result(Instant at, List<Finding> findings) {}

  /** One examination, and when it took place. */
  private final class Examination {
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private volatile long started;
    private volatile long ended;

    void make(Diagnostics diagnostics) {
      started = nanoTime.getAsLong();
      List<Finding> found = new ArrayList<>();
      try {
        diagnostics.examine(found::add);
        ended = nanoTime.getAsLong();
        result.complete(new Result(clock.instant(), Collections.unmodifiableList(found)));
      } catch (RuntimeException | Error e) {
        ended = nanoTime.getAsLong();
        result.completeExceptionally(e);
      }
    }

    boolean isUsable() {
      if (!result.isDone()) return true;
      long rest = Math.min(REST * (ended - started), LONGEST_REST.toNanos());
      return nanoTime.getAsLong() - ended < Math.max(rest, SHORTEST_REST.toNanos());
    }
  }

  Response show(Call call) {
    Diagnostics diagnostics =
        store
            .as(Diagnostics.class)
            .orElseThrow(() -> Problem.of(501, "the store of this agent cannot examine itself"));
    return Response.json(200, document(result(diagnostics)).toString());
  }

  private Result result(Diagnostics diagnostics) {
    try {
      CompletableFuture<Result> result = examination(diagnostics).result;
      return result.isDone() ? result.get() : awaited(result);
    } catch (TimeoutException e) {
      throw late();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException error) throw error;
      if (e.getCause() instanceof Error error) throw error;
      throw new IllegalStateException(e.getCause());
    } catch (RejectedExecutionException e) {
      throw StoreErrors.unavailable("this server ends");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StoreErrors.unavailable("this server ends");
    }
  }

  private Result awaited(CompletableFuture<Result> result)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (!waiters.tryAcquire()) throw late();
    try {
      return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      waiters.release();
    }
  }

  private static Problem late() {
    return StoreErrors.unavailable("the examination takes long: ask again for what it found");
  }

  private synchronized Examination examination(Diagnostics diagnostics) {
    if (last == null || !last.isUsable()) {
      Examination next = new Examination();
      examiner.execute(() -> next.make(diagnostics));
      last = next;
    }
    return last;
  }

  /** In the form of {@code doctor --json}, with a time in place of the exit code. */
  private static ObjectNode document(Result result) {
    ObjectNode json = Json.object();
    json.put("status", worst(result.findings()).label());
    json.put("examined_at", result.at().toString());
    ArrayNode checks = json.putArray("checks");
    for (Finding finding : result.findings()) {
      checks
          .addObject()
          .put("check", finding.check())
          .put("status", finding.status().label())
          .put("message", finding.text())
          .put("remedy", finding.remedy());
    }
    return json;
  }

  private static Status worst(List<Finding> findings) {
    for (Status status : List.of(Status.FAILED, Status.WARNING)) {
      if (findings.stream().anyMatch(finding -> finding.status() == status)) return status;
    }
    return Status.OK;
  }
}
