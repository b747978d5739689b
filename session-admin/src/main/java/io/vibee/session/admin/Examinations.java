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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The call that tells what is wrong with the database. It is examined by another thread, one time
 * after the other and once for all who ask meanwhile. Since hashes are looked at in the database,
 * that takes at most a twentieth of the time; half of it where the database cannot be reached,
 * which loads nothing.
 */
final class Examinations {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int REST = 20;

  private final ManagedSessionStore store;
  private final Executor examiner;
  private final Duration patience;
  private @Nullable Examination last;

  Examinations(ManagedSessionStore store, Executor examiner) {
    this(store, examiner, PATIENCE);
  }

  Examinations(ManagedSessionStore store, Executor examiner, Duration patience) {
    this.store = store;
    this.examiner = examiner;
    this.patience = patience;
  }

  /** One examination, and when it took place. */
  private static final class Examination {
    private final CompletableFuture<List<Finding>> findings = new CompletableFuture<>();
    private volatile long started;
    private volatile long ended;

    void make(Diagnostics diagnostics) {
      started = System.nanoTime();
      List<Finding> found = new ArrayList<>();
      try {
        diagnostics.examine(found::add);
        ended = System.nanoTime();
        findings.complete(Collections.unmodifiableList(found));
      } catch (RuntimeException | Error e) {
        ended = System.nanoTime();
        findings.completeExceptionally(e);
      }
    }

    boolean isUsable() {
      if (!findings.isDone()) return true;
      if (findings.isCompletedExceptionally()) return false;
      // A single finding is that there is no connection.
      long rest = (findings.join().size() > 1 ? REST : 1) * (ended - started);
      return System.nanoTime() - ended < Math.max(FRESH_NANOS, rest);
    }
  }

  Response show(Call call) {
    if (!(store instanceof Diagnostics diagnostics)) {
      throw Problem.of(501, "the store of this agent cannot examine itself");
    }
    return Response.json(200, document(findings(diagnostics)).toString());
  }

  private List<Finding> findings(Diagnostics diagnostics) {
    try {
      return examination(diagnostics).findings.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw StoreErrors.unavailable("the examination takes long: ask again for what it found");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException error) throw error;
      throw new IllegalStateException(e.getCause());
    } catch (RejectedExecutionException e) {
      throw StoreErrors.unavailable("this server ends");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StoreErrors.unavailable("this server ends");
    }
  }

  private synchronized Examination examination(Diagnostics diagnostics) {
    if (last == null || !last.isUsable()) {
      Examination next = new Examination();
      examiner.execute(() -> next.make(diagnostics));
      last = next;
    }
    return last;
  }

  /** In the form of {@code doctor --json}, but for the exit code. */
  private static ObjectNode document(List<Finding> findings) {
    ObjectNode json = Json.object();
    json.put("status", worst(findings).label());
    ArrayNode checks = json.putArray("checks");
    for (Finding finding : findings) {
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
