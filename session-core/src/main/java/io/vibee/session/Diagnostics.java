package io.vibee.session;

import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Finds out what is wrong with a {@link SessionStore} and with all that it stands on, and how to
 * mend it: connection, server, tables, triggers, rights, keys.
 *
 * <pre>{@code
 * Diagnostics diagnostics = store.as(Diagnostics.class).orElseThrow();
 * diagnostics.examine(finding -> log.info("{}: {}", finding.check(), finding.text()));
 * }</pre>
 *
 * <p>It changes nothing, sends no key, and trusts nothing that others could have put into the
 * database. What is wrong with that is a finding, never an exception: of a server that cannot be
 * reached, that is the only one. A check that fails does not keep the next from being made. Each
 * check has one finding (a lost connection is another one of {@code connection}), handed over on
 * the calling thread as soon as it is made, always in the same order; what the consumer throws ends
 * the examination. No finding holds a secret.
 *
 * <p>Every wait for the database has a bound, as in all calls of the store. {@link SessionStore#as}
 * tells whether a store has this ability. Thread-safe, though one examination at a time is enough
 * work for a database. On a store that is closed, methods throw {@link IllegalStateException}.
 */
public interface Diagnostics {

  /**
   * Makes all checks but the one that decrypts every session. That takes a moment, and longer only
   * where the server is slow: hashes are looked at there, without a key.
   *
   * @param findings told of each finding
   */
  void examine(Consumer<? super Finding> findings);

  /**
   * Makes all checks. To decrypt every session, active or not, takes as long as to load them; the
   * finding's name is {@code sessions}.
   *
   * @param findings told of each finding
   * @param progress told how many sessions were read so far: 0 before the first one, then after
   *     each; a {@link SessionException} that it throws ends the reading and becomes the finding
   */
  void examineAll(Consumer<? super Finding> findings, LongConsumer progress);
}
