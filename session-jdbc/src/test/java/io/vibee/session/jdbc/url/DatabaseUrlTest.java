package io.vibee.session.jdbc.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vibee.session.MisconfiguredException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** The cases of database-urls.txt, and what does not fit into a line of it. */
class DatabaseUrlTest {
  private static final DatabaseUrl.Machine MACHINE = new DatabaseUrl.Machine("osuser", false);
  private static final DatabaseUrl.Machine WITH_ROOT = new DatabaseUrl.Machine("osuser", true);
  private static final String SEPARATOR = " => ";

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "user", "osuser",
          "ApplicationName", "vibee-session",
          "connectTimeout", "10",
          "socketTimeout", "60",
          "assumeMinServerVersion", "14",
          "tcpKeepAlive", "true",
          "logServerErrorDetail", "false",
          "prepareThreshold", "0");

  /** Values that messages list because they may be set. */
  private static final Set<String> ALLOWED_VALUES =
      Set.of("jdbc", "postgresql", "require", "disable", "verify-full", "system", "direct", "auth");

  /** A line of the table. */
  record Case(String url, String expected) {
    boolean isError() {
      return expected.startsWith("! ");
    }

    @Override
    public String toString() {
      return url;
    }
  }

  static Stream<Case> cases() {
    try (InputStream table = DatabaseUrlTest.class.getResourceAsStream("database-urls.txt")) {
      byte[] bytes = Objects.requireNonNull(table, "table").readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.contains(SEPARATOR) && !line.startsWith("#"))
          .map(line -> line.split(SEPARATOR, 2))
          .map(parts -> new Case(parts[0], parts[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Case> readable() {
    return cases().filter(line -> !line.isError());
  }

  static Stream<Case> errors() {
    return cases().filter(Case::isError);
  }

  @Test
  void tableIsWhole() {
    assertThat(readable()).hasSizeGreaterThan(180);
    assertThat(errors()).hasSizeGreaterThan(180);
    assertThat(cases().map(Case::url)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("readable")
  void reads(Case line) {
    List<String> expected = Arrays.asList(line.expected().split(" \\| ", -1));
    Map<String, String> properties = new HashMap<>(DEFAULTS);
    if (!line.url().startsWith("jdbc:")) properties.put("sslmode", "prefer");
    expected.stream()
        .skip(2)
        .map(property -> property.split("=", 2))
        .forEach(property -> properties.put(property[0], property[1]));

    var url = DatabaseUrl.parse(line.url(), MACHINE);

    assertThat(hostsOf(url)).isEqualTo(expected.get(0));
    assertThat(url.target().database()).isEqualTo(expected.get(1));
    assertThat(url.target().user()).isEqualTo(properties.get("user"));
    assertThat(url.target().driverProperties()).containsExactlyInAnyOrderEntriesOf(properties);
    assertThat(url).hasToString(expected.get(0) + "/" + expected.get(1));
  }

  @ParameterizedTest
  @MethodSource("readable")
  void setsOnlyWhatTheDriverKnows(Case line) {
    Set<String> names =
        DatabaseUrl.parse(line.url(), MACHINE).target().driverProperties().stringPropertyNames();

    assertThat(names).allMatch(name -> PGProperty.forName(name) != null);
  }

  /** The driver is asked for what a case says: neither its parser nor ours loses anything. */
  @ParameterizedTest
  @MethodSource("readable")
  void theDriverIsToldTheSame(Case line) {
    var url = DatabaseUrl.parse(line.url(), MACHINE);
    String hosts = "";
    for (UrlDataSource.Attempt attempt : UrlDataSource.Attempt.of(url.target())) {
      Properties told = Driver.parseURL(attempt.url(), attempt.properties());

      assertThat(told).isNotNull().containsEntry("PGDBNAME", url.target().database());
      assertThat(told).containsAllEntriesOf(attempt.properties());
      hosts = hosts + "," + told.getProperty("PGHOST") + " " + told.getProperty("PGPORT");
    }
    for (Host host : url.target().hosts()) {
      String name = host.toString().replaceFirst(":[0-9]+$", "");
      assertThat(hosts).contains(name).contains("" + host.port());
    }
  }

  /** What is not refused means in a jdbc: URL what it means to the driver. */
  @ParameterizedTest
  @MethodSource("readable")
  void readsJdbcUrlsAsTheDriverDoes(Case line) {
    if (!line.url().startsWith("jdbc:")) return;
    Properties theirs = Driver.parseURL(line.url(), null);
    var ours = DatabaseUrl.parse(line.url(), MACHINE);

    assertThat(theirs).isNotNull();
    for (String name : theirs.stringPropertyNames()) {
      String value = theirs.getProperty(name);
      switch (name) {
        case "PGDBNAME" ->
            assertThat(ours.target().database())
                .isEqualTo(value.isEmpty() ? ours.target().user() : value);
        case "PGHOST", "PGPORT" ->
            assertThat(Arrays.asList(value.split(",", -1))).hasSameSizeAs(ours.target().hosts());
        default ->
            assertThat(ours.target().driverProperties().getProperty(name))
                .isEqualToIgnoringCase(value);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("errors")
  void refusesWithoutRepeatingTheUrl(Case line) {
    Throwable error = catchThrowable(() -> DatabaseUrl.parse(line.url(), MACHINE));

    assertThat(error)
        .isExactlyInstanceOf(MisconfiguredException.class)
        .hasMessageStartingWith("DATABASE_URL: ")
        .hasMessageContaining(line.expected().substring(2))
        .hasNoCause()
        .hasNoSuppressedExceptions();
    for (String piece : line.url().split("[^\\p{L}\\p{N}_.-]+", -1)) {
      boolean ours = LibpqKeywords.isKnown(piece) || PGProperty.forName(piece) != null;
      if (piece.length() < 4 || ours || ALLOWED_VALUES.contains(piece)) continue;
      if (line.expected().contains(piece)) continue;
      assertThat(error.toString()).doesNotContain(piece);
    }
    assertThat(error.toString()).doesNotContain("canary", "ary@");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "\n", "\t", "psql", "=", "postgresql", "postgres:", "jdbc:", "\uD83D"})
  void saysWhatToWriteInsteadOfAnythingElse(String url) {
    assertThat(DatabaseUrl.looksLike(url)).isFalse();
    assertThat(catchThrowable(() -> DatabaseUrl.parse(url, MACHINE)))
        .isExactlyInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("write it as postgresql://user:password@host:5432/database");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://u:p@h/app\n",
        "postgresql://u:p@h/app\r",
        "postgresql://u:p\tq@h/app",
        "postgresql://u:p\u0000q@h/app",
        "postgresql://u:p\u0085q@h/app",
        "jdbc:postgresql://h/app?password=p\nq"
      })
  void refusesRawControlCharacters(String url) {
    assertThat(catchThrowable(() -> DatabaseUrl.parse(url, MACHINE)))
        .isExactlyInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("another control character");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://u:p\uD83D@h/app",
        "postgresql://u:p\uDD11@h/app",
        "postgresql://u:\uDD11\uD83D@h/app",
        "jdbc:postgresql://h/app?password=\uD83D"
      })
  void refusesLoneSurrogates(String url) {
    assertThat(catchThrowable(() -> DatabaseUrl.parse(url, MACHINE)))
        .isExactlyInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("not valid Unicode");
  }

  @Test
  void verifiesWhenRequiringTlsBesideARootCertificate() {
    assertThat(modeOf("postgresql://h/?sslmode=require", WITH_ROOT)).isEqualTo("verify-ca");
    assertThat(modeOf("postgresql://h/?ssl=true", WITH_ROOT)).isEqualTo("verify-ca");
    assertThat(modeOf("postgresql://h/?sslmode=require", MACHINE)).isEqualTo("require");
  }

  @Test
  void leavesOtherModesAloneBesideARootCertificate() {
    for (String mode : List.of("disable", "allow", "prefer", "verify-ca", "verify-full")) {
      assertThat(modeOf("postgresql://h/?sslmode=" + mode, WITH_ROOT)).isEqualTo(mode);
    }
    assertThat(modeOf("postgresql://h/", WITH_ROOT)).isEqualTo("prefer");
    assertThat(modeOf("jdbc:postgresql://h/?sslmode=require", WITH_ROOT)).isEqualTo("require");
  }

  @Test
  void needsAUserFromSomewhere() {
    var nobody = new DatabaseUrl.Machine("", false);

    assertThat(DatabaseUrl.parse("postgresql://u@h", nobody).target().user()).isEqualTo("u");
    assertThat(catchThrowable(() -> DatabaseUrl.parse("postgresql://h/app", nobody)))
        .isExactlyInstanceOf(MisconfiguredException.class)
        .hasMessageContaining("names no user");
  }

  @Test
  void takesTheUserOfThisMachine() {
    assertThat(DatabaseUrl.parse("postgresql://h/app").target().user())
        .isEqualTo(System.getProperty("user.name"));
  }

  @Test
  void showsControlCharactersOfTheDatabaseAsReplacements() {
    assertThat(DatabaseUrl.parse("postgresql://h/a%0Ab%E2%80%AEc", MACHINE))
        .hasToString("h:5432/a\uFFFDb\uFFFDc");
  }

  @Test
  void handsOutPropertiesThatAreNobodyElses() {
    var url = DatabaseUrl.parse("postgresql://u:p@h/app", MACHINE);
    url.target().driverProperties().clear();

    assertThat(url.target().driverProperties()).containsEntry("password", "p");
  }

  /** As psql 18 lists them, so that none is called unknown. */
  @Test
  void knowsEveryKeywordOfLibpq() {
    String keywords =
        "service user password passfile channel_binding connect_timeout dbname host hostaddr port"
            + " client_encoding options application_name fallback_application_name keepalives"
            + " keepalives_idle keepalives_interval keepalives_count tcp_user_timeout sslmode"
            + " sslnegotiation sslcompression sslcert sslkey sslcertmode sslpassword sslrootcert"
            + " sslcrl sslcrldir sslsni requirepeer require_auth min_protocol_version"
            + " max_protocol_version ssl_min_protocol_version ssl_max_protocol_version gssencmode"
            + " krbsrvname gsslib gssdelegation replication target_session_attrs"
            + " load_balance_hosts scram_client_key scram_server_key oauth_issuer oauth_client_id"
            + " oauth_client_secret oauth_scope sslkeylogfile servicefile";

    assertThat(keywords.split(" ")).allMatch(LibpqKeywords::isKnown);
  }

  private static String modeOf(String url, DatabaseUrl.Machine machine) {
    return DatabaseUrl.parse(url, machine).target().driverProperties().getProperty("sslmode");
  }

  private static String hostsOf(DatabaseUrl url) {
    return url.target().hosts().stream().map(Object::toString).collect(Collectors.joining(","));
  }

  /** What judges the connection reads these. */
  @Test
  void tellsHowTheServerIsReached() {
    assertThat(DatabaseUrl.parse("postgresql://localhost,127.0.0.2,[::1]:1/d", MACHINE).isLocal())
        .isTrue();
    assertThat(DatabaseUrl.parse("postgresql://localhost,db/d", MACHINE).isLocal()).isFalse();
    DatabaseUrl plain = DatabaseUrl.parse("jdbc:postgresql://h/d", MACHINE);
    assertThat(plain.sslMode()).isEqualTo("prefer");
    assertThat(plain.namesRootCertificate()).isFalse();
    assertThat(plain.requiresChannelBinding()).isFalse();
    assertThat(DatabaseUrl.parse("jdbc:postgresql://h/d?ssl=true", MACHINE).sslMode())
        .isEqualTo("verify-full");
    DatabaseUrl bound =
        DatabaseUrl.parse(
            "postgresql://h/d?sslmode=require&sslrootcert=/ca.pem&channel_binding=require",
            MACHINE);
    assertThat(bound.sslMode()).isEqualTo("verify-ca");
    assertThat(bound.namesRootCertificate()).isTrue();
    assertThat(bound.requiresChannelBinding()).isTrue();
  }
}
