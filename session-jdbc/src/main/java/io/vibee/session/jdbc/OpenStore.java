package io.vibee.session.jdbc;

import io.vibee.session.Finding;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.ReadOnlyStoreException;
import io.vibee.session.SchemaVersionException;
import io.vibee.session.jdbc.doctor.Doctor;
import io.vibee.session.jdbc.fleet.FleetLeases;
import io.vibee.session.jdbc.rows.CurrentKey;
import io.vibee.session.jdbc.rows.SessionReader;
import io.vibee.session.jdbc.seal.HashSealer;
import io.vibee.session.jdbc.sql.Jdbc;
import io.vibee.session.jdbc.sql.KeptConnection;
import io.vibee.session.jdbc.sql.NamedStatements;
import io.vibee.session.jdbc.sql.SessionSchema;
import io.vibee.session.jdbc.sql.Tx;
import io.vibee.session.jdbc.url.DatabaseUrl;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a store shares with its views that act in somebody's name: connections, keys, whether it is
 * open, and the schema of the tables, once these have been found to be the version that this
 * library knows.
 */
final class OpenStore {
  /** Named after the type that users know. */
  private static final Logger log =
      LoggerFactory.getLogger("io.vibee.session.jdbc.JdbcSessionStore");

  private static final String VERSION =
      "select coalesce(max(version), 0) from @home@.session_schema_version";

  private final Jdbc jdbc;
  private final Function<Duration, KeptConnection> kept;
  private final SessionReader reader;
  private final Doctor doctor;

  /** Null for a view, which closes with its store. */
  private final @Nullable Runnable closer;

  private final AtomicBoolean closed;
  private final AtomicReference<@Nullable SessionSchema> home;

  private OpenStore(
      Jdbc jdbc,
      Function<Duration, KeptConnection> kept,
      SessionReader reader,
      Doctor doctor,
      @Nullable Runnable closer,
      AtomicBoolean closed,
      AtomicReference<@Nullable SessionSchema> home) {
    this.jdbc = jdbc;
    this.kept = kept;
    this.reader = reader;
    this.doctor = doctor;
    this.closer = closer;
    this.closed = closed;
    this.home = home;
  }

  static OpenStore over(DataSource dataSource, @Nullable HashSealer sealer, boolean readOnly) {
    Jdbc jdbc = new Jdbc(() -> DatabaseUrl.connect(dataSource), NamedStatements.asConfigured());
    if (readOnly) jdbc = jdbc.readingOnly();
    Doctor doctor = Doctor.over(() -> DatabaseUrl.connect(dataSource), sealer);
    return opened(
        jdbc,
        timeout -> new KeptConnection(() -> DatabaseUrl.connect(dataSource), timeout),
        doctor,
        () -> {},
        sealer,
        "a data source of the caller's");
  }

  static OpenStore over(DatabaseUrl url, @Nullable HashSealer sealer) {
    ConnectionPool pool = new ConnectionPool(url, sealer == null ? null : sealer::warmUp);
    NamedStatements named =
        url.setsPrepareThreshold()
            ? NamedStatements.asConfigured()
            : NamedStatements.wherePossible();
    Jdbc jdbc = new Jdbc(pool::connect, named);
    if (url.asksForReadOnly()) jdbc = jdbc.readingOnly();
    return opened(
        jdbc,
        timeout -> new KeptConnection(url.within(timeout)::connect, timeout),
        Doctor.of(url, sealer),
        pool::close,
        sealer,
        url.toString());
  }

  private static OpenStore opened(
      Jdbc jdbc,
      Function<Duration, KeptConnection> kept,
      Doctor doctor,
      Runnable closer,
      @Nullable HashSealer sealer,
      String place) {
    log.info(
        "opened the store over {}{}; it connects at its first use",
        place,
        jdbc.isReadOnly() ? ", for reading only" : "");
    Runnable logged =
        () -> {
          closer.run();
          log.info("closed the store over {}", place);
        };
    return new OpenStore(
        jdbc,
        kept,
        new SessionReader(sealer),
        doctor,
        logged,
        new AtomicBoolean(),
        new AtomicReference<>());
  }

  /** Returns a view of the same store that acts in somebody's name. */
  OpenStore actingAs(String actor) {
    requireOpen();
    return new OpenStore(jdbc.actingAs(actor), kept, reader, doctor, null, closed, home);
  }

  /** Returns a view of the same store whose changes have to pass a check. */
  OpenStore guardedBy(Jdbc.Guard guard) {
    requireOpen();
    return new OpenStore(jdbc.guardedBy(guard), kept, reader, doctor, null, closed, home);
  }

  /** Returns access to the same store over a connection of its own, beside the others. */
  FleetLeases.Link link(Duration timeout) {
    requireOpen();
    KeptConnection connection = kept.apply(timeout);
    Jdbc own = new Jdbc(connection::connect, NamedStatements.asConfigured());
    if (jdbc.isReadOnly()) own = own.readingOnly();
    OpenStore store = new OpenStore(own, kept, reader, doctor, null, closed, home);
    return new FleetLeases.Link(connection, store::readyToWrite);
  }

  SessionReader reader() {
    return reader;
  }

  boolean readOnly() {
    return jdbc.isReadOnly();
  }

  /**
   * Gives access for calls about sessions; warns, at first, if the keys of this process are not in
   * use.
   */
  Jdbc ready() {
    requireOpen();
    @Nullable SessionSchema known = home.get();
    if (known != null) return jdbc.in(known);
    Found found = look(reader.sealer());
    reader.warnIfPassedOver(found.key());
    home.set(found.schema());
    return jdbc.in(found.schema());
  }

  /** Gives access for calls that change sessions or the log. */
  Jdbc readyToWrite() {
    requireWritable();
    return ready();
  }

  /** Gives access for calls that change keys. */
  Jdbc readyToChangeKeys() {
    requireWritable();
    return readyForKeys();
  }

  /** Refuses before anything is asked of the database, which may be one that takes no changes. */
  private void requireWritable() {
    requireOpen();
    if (jdbc.isReadOnly()) throw new ReadOnlyStoreException();
  }

  /** Gives access for calls that manage keys, which need no such warning. */
  Jdbc readyForKeys() {
    requireOpen();
    @Nullable SessionSchema known = home.get();
    return jdbc.in(known != null ? known : look(reader.sealer()).schema());
  }

  /** Checks tables and key again, whatever was found before. */
  void check() {
    requireOpen();
    look(reader.sealer());
  }

  /**
   * Makes the doctor's checks, see {@link Doctor#examine}. Keys have checks of their own, so the
   * check of the schema uses none of those held here.
   */
  void examine(
      ManagedSessionStore store,
      Consumer<? super Finding> findings,
      @Nullable LongConsumer progress) {
    requireOpen();
    doctor.examine(() -> look(null), store, findings, progress);
  }

  private record Found(SessionSchema schema, CurrentKey key) {}

  private Found look(@Nullable HashSealer sealer) {
    return jdbc.read(
        tx -> {
          requireVersion(tx);
          CurrentKey key = CurrentKey.read(tx);
          key.requireUsable(sealer);
          return new Found(tx.home(), key);
        });
  }

  private static void requireVersion(Tx tx) throws SQLException {
    int version = tx.query(VERSION).one(row -> row.getInt(1));
    if (version != SessionSchema.VERSION) {
      throw version == 0
          ? SchemaVersionException.missing(SessionSchema.VERSION)
          : SchemaVersionException.of(version, SessionSchema.VERSION);
    }
  }

  private void requireOpen() {
    if (closed.get()) throw new IllegalStateException("the store is closed");
  }

  /** Closes the store, and its pool if it has its own; does nothing to a view. */
  void close() {
    if (closer != null && !closed.getAndSet(true)) closer.run();
  }
}
