package io.vibee.session.jdbc.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vibee.session.MisconfiguredException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGProperty;

/** Every property of the driver is either allowed in a jdbc: URL or refused by name. */
class JdbcUrlTest {
  private static final String REFUSED =
      "authenticationPluginClassName classLoaderStrategy connectExecutor connectExecutorArg"
          + " loggerFile loggerLevel replication service socketFactory socketFactoryArg"
          + " sslfactoryarg sslhostnameverifier sslpasswordcallback xmlFactoryFactory";

  /** Looked at one by one: none of them loads a class or writes a file. */
  private static final String ALLOWED =
      "ApplicationName PGDBNAME PGHOST PGPORT adaptiveFetch adaptiveFetchMaximum"
          + " adaptiveFetchMinimum allowEncodingChanges assumeMinServerVersion autosave"
          + " binaryTransfer binaryTransferDisable binaryTransferEnable cancelSignalTimeout"
          + " channelBinding cleanupSavepoints connectTimeout convertBooleanToNumeric"
          + " currentSchema databaseMetadataCacheFields databaseMetadataCacheFieldsMiB"
          + " defaultRowFetchSize disableColumnSanitiser escapeSyntaxCallMode flushCacheOnDdl"
          + " groupStartupParameters gssEncMode gssResponseTimeout gssUseDefaultCreds gsslib"
          + " hideUnprivilegedObjects hostRecheckSeconds jaasApplicationName jaasLogin"
          + " kerberosServerName loadBalanceHosts localSocketAddress logServerErrorDetail"
          + " logUnclosedConnections loginTimeout maxResultBuffer maxSendBufferSize options"
          + " password pemKeyAlgorithm preferQueryMode prepareThreshold"
          + " preparedStatementCacheQueries preparedStatementCacheSizeMiB protocolVersion"
          + " queryTimeout quoteReturningIdentifiers reWriteBatchedInserts"
          + " reWriteBatchedInsertsSize readOnly readOnlyMode receiveBufferSize requireAuth"
          + " scramMaxIterations sendBufferSize socketTimeout ssl sslNegotiation"
          + " sslResponseTimeout sslcert sslfactory sslkey sslmode sslpassword sslrootcert"
          + " sspiServiceClass stringtype targetServerType tcpKeepAlive tcpNoDelay unknownLength"
          + " useSpnego user";

  /** A newer driver may bring one that loads classes: decide, then add it to one of the lists. */
  @Test
  void coverTheDriver() {
    assertThat(Arrays.stream(PGProperty.values()).map(PGProperty::getName))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(words(ALLOWED), words(REFUSED)).toList());
  }

  static Stream<String> allowed() {
    return words(ALLOWED);
  }

  static Stream<String> refused() {
    return words(REFUSED);
  }

  @ParameterizedTest
  @MethodSource("allowed")
  void takesTheDriversOwnDefault(String name) {
    PGProperty property = PGProperty.forName(name);
    String value = property.getDefaultValue();
    if (value == null || property == PGProperty.SSL_FACTORY) return;

    assertThat(JdbcUrl.checked(name, value)).isEqualTo(value);
  }

  @ParameterizedTest
  @MethodSource("allowed")
  void allows(String name) {
    JdbcUrl.requireAllowed(name, 1, "");

    assertThat(PGProperty.forName(name)).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refuses(String name) {
    assertThat(catchThrowable(() -> JdbcUrl.requireAllowed(name, 1, "")))
        .isExactlyInstanceOf(MisconfiguredException.class)
        .hasMessageContaining(name + " cannot be honoured");
  }

  private static Stream<String> words(String text) {
    return Arrays.stream(text.split(" "));
  }
}
