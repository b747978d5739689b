package io.vibee.session.benchmarks.alternatives;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.oauth2.client.JdbcOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;

/**
 * Spring Security's table of authorized clients. The user is the principal, the {@code api_id} the
 * client, the secret the access token, sealed by Spring Security Crypto; the session and the phone
 * are scopes, since there are no other columns for them.
 *
 * <p>The service loads the client of one principal that the caller names. The names come from one
 * query by hand, since the service cannot list them.
 */
public final class SpringSecurityAlternative implements Alternative {
  private static final String REGISTRATION = "telegram";

  private static final String PRINCIPALS =
      """
      select principal_name from oauth2_authorized_client where client_registration_id = ?
      """;

  private static final String CLIENTS =
      """
      select principal_name, access_token_value, access_token_issued_at, access_token_expires_at,
             access_token_scopes
        from oauth2_authorized_client
       where client_registration_id = ?
      """;

  private enum Way {
    ONE_BY_ONE,
    IN_PARALLEL,
    IN_ONE_QUERY
  }

  private final Way way;
  private final HikariDataSource pool;
  private final Workers workers = new Workers();
  private final ClientRegistration registration = registration();
  private final SealedClients sealed = new SealedClients(registration, Keys.springEncryptor());
  private final JdbcOAuth2AuthorizedClientService service;

  /**
   * Opens it for loading as its users do: principal by principal.
   *
   * @param jdbcUrl the JDBC URL of a database that nothing else uses
   */
  public SpringSecurityAlternative(String jdbcUrl) {
    this(jdbcUrl, Way.ONE_BY_ONE);
  }

  private SpringSecurityAlternative(String jdbcUrl, Way way) {
    this.way = way;
    pool = Pools.open(jdbcUrl);
    service =
        new JdbcOAuth2AuthorizedClientService(
            new JdbcTemplate(pool), new InMemoryClientRegistrationRepository(registration));
    service.setAuthorizedClientParametersMapper(sealed);
    service.setAuthorizedClientRowMapper(sealed);
  }

  static SpringSecurityAlternative inParallel(String jdbcUrl) {
    return new SpringSecurityAlternative(jdbcUrl, Way.IN_PARALLEL);
  }

  static SpringSecurityAlternative inOneQuery(String jdbcUrl) {
    return new SpringSecurityAlternative(jdbcUrl, Way.IN_ONE_QUERY);
  }

  /** Makes a registration whose addresses are never called, since no token is fetched here. */
  private static ClientRegistration registration() {
    return ClientRegistration.withRegistrationId(REGISTRATION)
        .clientId(String.valueOf(Account.API_ID))
        .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
        .tokenUri("https://telegram.invalid/token")
        .build();
  }

  @Override
  public String name() {
    return switch (way) {
      case ONE_BY_ONE -> "Spring Security, one by one";
      case IN_PARALLEL -> "Spring Security, one by one in " + Pools.THREADS + " threads";
      case IN_ONE_QUERY -> "Spring Security's table, one query past the service";
    };
  }

  @Override
  public void fill(int sessions) {
    Pools.migrate(
        pool, JdbcOAuth2AuthorizedClientService.class, "oauth2-client-schema-postgres.sql");
    Batches.of(sessions, Pools.transactions(pool), this::save);
    new JdbcTemplate(pool).execute("vacuum analyze oauth2_authorized_client");
  }

  private void save(Account account) {
    Set<String> scopes = new LinkedHashSet<>(List.of(account.sessionId(), account.phone()));
    // The columns are not null, although a Telegram session has no such time.
    Instant issued = Instant.EPOCH;
    Instant expires = issued.plus(Duration.ofDays(100 * 365));
    OAuth2AccessToken token =
        new OAuth2AccessToken(TokenType.BEARER, account.apiHash(), issued, expires, scopes);
    service.saveAuthorizedClient(
        new OAuth2AuthorizedClient(registration, account.userId(), token),
        UsernamePasswordAuthenticationToken.unauthenticated(account.userId(), ""));
  }

  @Override
  public int loadAll(Consumer<Object> sink) {
    if (way == Way.IN_ONE_QUERY) return loadInOneQuery(sink);
    List<String> principals =
        new JdbcTemplate(pool).queryForList(PRINCIPALS, String.class, REGISTRATION);
    if (way == Way.IN_PARALLEL) {
      return workers.load(part -> () -> load(Workers.part(principals, part)), sink);
    }
    for (String principal : principals) sink.accept(load(principal));
    return principals.size();
  }

  private List<OAuth2AuthorizedClient> load(List<String> principals) {
    List<OAuth2AuthorizedClient> clients = new ArrayList<>(principals.size());
    for (String principal : principals) clients.add(load(principal));
    return clients;
  }

  private OAuth2AuthorizedClient load(String principal) {
    return Objects.requireNonNull(service.loadAuthorizedClient(REGISTRATION, principal));
  }

  private int loadInOneQuery(Consumer<Object> sink) {
    int[] count = {0};
    RowCallbackHandler handler = row -> sink.accept(sealed.mapRow(row, count[0]++));
    JdbcTemplate jdbc = Pools.streaming(pool);
    Pools.transactions(pool)
        .executeWithoutResult(status -> jdbc.query(CLIENTS, handler, REGISTRATION));
    return count[0];
  }

  @Override
  public void close() {
    workers.close();
    pool.close();
  }
}
