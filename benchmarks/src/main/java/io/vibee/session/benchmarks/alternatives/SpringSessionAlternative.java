package io.vibee.session.benchmarks.alternatives;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Spring Session's two tables. A session has one attribute, the account, whose secret is sealed by
 * Spring Security Crypto.
 *
 * <p>The repository finds the session with an id that the caller names; the ids come from one query
 * by hand, since the repository cannot list them. Or it finds all sessions of a principal, which
 * loads many at once if all are filed under one name, the agent's.
 */
public final class SpringSessionAlternative implements Alternative {
  private static final String ACCOUNT = "account";
  private static final String AGENT = "agent";

  private static final String IDS =
      """
      select session_id from spring_session
      """;

  private enum Way {
    ONE_BY_ONE,
    IN_PARALLEL,
    IN_ONE_QUERY
  }

  private final Way way;
  private final HikariDataSource pool;
  private final Workers workers = new Workers();
  private final TransactionTemplate transactions;
  private final FindByIndexNameSessionRepository<? extends Session> repository;

  /** The id of the session to be made next. */
  private String nextId = "";

  /**
   * Opens it for loading as its users do: session by session.
   *
   * @param jdbcUrl the JDBC URL of a database that nothing else uses
   */
  public SpringSessionAlternative(String jdbcUrl) {
    this(jdbcUrl, Way.ONE_BY_ONE);
  }

  private SpringSessionAlternative(String jdbcUrl, Way way) {
    this.way = way;
    pool = Pools.open(jdbcUrl);
    transactions = Pools.transactions(pool);
    repository = repository();
  }

  static SpringSessionAlternative inParallel(String jdbcUrl) {
    return new SpringSessionAlternative(jdbcUrl, Way.IN_PARALLEL);
  }

  static SpringSessionAlternative inOneQuery(String jdbcUrl) {
    return new SpringSessionAlternative(jdbcUrl, Way.IN_ONE_QUERY);
  }

  private FindByIndexNameSessionRepository<? extends Session> repository() {
    JdbcIndexedSessionRepository made =
        new JdbcIndexedSessionRepository(new JdbcTemplate(pool), transactions);
    made.setConversionService(SealedAccounts.by(Keys.springEncryptor()));
    made.setSessionIdGenerator(() -> nextId);
    // Telegram sessions do not expire.
    made.setDefaultMaxInactiveInterval(Duration.ofSeconds(-1));
    // Taken from the account: a name in a separate attribute would be a second row to read.
    made.setIndexResolver(
        session ->
            Map.of(
                FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME, filedUnder(session)));
    return made;
  }

  private String filedUnder(Session session) {
    return way == Way.IN_ONE_QUERY ? AGENT : account(session).userId();
  }

  @Override
  public String name() {
    return switch (way) {
      case ONE_BY_ONE -> "Spring Session, one by one";
      case IN_PARALLEL -> "Spring Session, one by one in " + Pools.THREADS + " threads";
      case IN_ONE_QUERY -> "Spring Session, all under one principal";
    };
  }

  @Override
  public void fill(int sessions) {
    Pools.migrate(pool, JdbcIndexedSessionRepository.class, "schema-postgresql.sql");
    Batches.of(sessions, transactions, account -> save(repository, account));
    JdbcTemplate jdbc = new JdbcTemplate(pool);
    jdbc.execute("vacuum analyze spring_session");
    jdbc.execute("vacuum analyze spring_session_attributes");
  }

  private <S extends Session> void save(
      FindByIndexNameSessionRepository<S> sessions, Account account) {
    nextId = account.sessionId();
    S session = sessions.createSession();
    session.setAttribute(ACCOUNT, account);
    sessions.save(session);
  }

  @Override
  public int loadAll(Consumer<Object> sink) {
    if (way == Way.IN_ONE_QUERY) {
      Collection<? extends Session> sessions = repository.findByPrincipalName(AGENT).values();
      for (Session session : sessions) sink.accept(account(session));
      return sessions.size();
    }
    List<String> ids = new JdbcTemplate(pool).queryForList(IDS, String.class);
    if (way == Way.IN_PARALLEL) {
      return workers.load(part -> () -> load(Workers.part(ids, part)), sink);
    }
    inOneTransaction(
        () -> {
          for (String id : ids) sink.accept(load(id));
        });
    return ids.size();
  }

  private List<Account> load(List<String> ids) {
    List<Account> accounts = new ArrayList<>(ids.size());
    inOneTransaction(
        () -> {
          for (String id : ids) accounts.add(load(id));
        });
    return accounts;
  }

  /** Runs the finds in one transaction: separate ones would cost each another round trip. */
  private void inOneTransaction(Runnable finds) {
    transactions.executeWithoutResult(status -> finds.run());
  }

  private Account load(String id) {
    return account(Objects.requireNonNull(repository.findById(id)));
  }

  /** Decrypts here, since the repository converts an attribute when it is first asked for. */
  private static Account account(Session session) {
    return session.getRequiredAttribute(ACCOUNT);
  }

  @Override
  public void close() {
    workers.close();
    pool.close();
  }
}
