package io.vibee.session.cli;

import io.vibee.session.ManagedSessionStore;
import io.vibee.session.SessionLeases;
import io.vibee.session.cli.terminal.CliContext;
import io.vibee.session.process.UsageException;
import java.util.function.ToIntBiFunction;

/** A command that works on the fleet of agents that share the database of {@code DATABASE_URL}. */
abstract class LeasesCommand extends DatabaseCommand {
  LeasesCommand(CliContext context) {
    super(context);
  }

  /** Works on the store and its leases in this user's name, then closes it. */
  final int withLeases(ToIntBiFunction<ManagedSessionStore, SessionLeases> work) {
    return withStore(
        store ->
            work.applyAsInt(
                store,
                store
                    .as(SessionLeases.class)
                    .orElseThrow(
                        () ->
                            new UsageException(
                                "the store behind DATABASE_URL cannot be shared by a fleet"))));
  }
}
