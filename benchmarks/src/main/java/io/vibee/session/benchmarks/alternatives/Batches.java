package io.vibee.session.benchmarks.alternatives;

import java.util.function.Consumer;
import org.springframework.transaction.support.TransactionTemplate;

/** Calls a library's own method for one account many times, with a commit after each batch. */
final class Batches {
  private static final int SIZE = 1_000;

  private Batches() {}

  static void of(int sessions, TransactionTemplate transactions, Consumer<Account> save) {
    for (int done = 0; done < sessions; done += SIZE) {
      int first = done + 1;
      int last = Math.min(done + SIZE, sessions);
      transactions.executeWithoutResult(
          status -> {
            for (int number = first; number <= last; number++) save.accept(Account.madeUp(number));
          });
    }
  }
}
