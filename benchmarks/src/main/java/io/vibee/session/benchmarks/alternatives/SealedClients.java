package io.vibee.session.benchmarks.alternatives;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.SqlParameterValue;
import org.springframework.security.crypto.encrypt.BytesEncryptor;
import org.springframework.security.oauth2.client.JdbcOAuth2AuthorizedClientService.OAuth2AuthorizedClientHolder;
import org.springframework.security.oauth2.client.JdbcOAuth2AuthorizedClientService.OAuth2AuthorizedClientParametersMapper;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AccessToken.TokenType;
import org.springframework.util.StringUtils;

/** Seals the access token on its way into the table, and opens it on its way out. */
final class SealedClients extends OAuth2AuthorizedClientParametersMapper
    implements RowMapper<OAuth2AuthorizedClient> {
  /** Where Spring's mapper puts the access token. */
  private static final int ACCESS_TOKEN = 3;

  private final ClientRegistration registration;
  private final BytesEncryptor encryptor;

  SealedClients(ClientRegistration registration, BytesEncryptor encryptor) {
    this.registration = registration;
    this.encryptor = encryptor;
  }

  @Override
  public List<SqlParameterValue> apply(OAuth2AuthorizedClientHolder holder) {
    List<SqlParameterValue> parameters = super.apply(holder);
    String token = holder.getAuthorizedClient().getAccessToken().getTokenValue();
    byte[] sealed = encryptor.encrypt(token.getBytes(UTF_8));
    parameters.set(ACCESS_TOKEN, new SqlParameterValue(Types.BLOB, sealed));
    return parameters;
  }

  /**
   * Maps as Spring's own mapper does, without what is the same in every row and a token that is
   * never there.
   */
  @Override
  public OAuth2AuthorizedClient mapRow(ResultSet row, int number) throws SQLException {
    byte[] sealed = row.getBytes("access_token_value");
    OAuth2AccessToken token =
        new OAuth2AccessToken(
            TokenType.BEARER,
            new String(encryptor.decrypt(sealed), UTF_8),
            row.getTimestamp("access_token_issued_at").toInstant(),
            row.getTimestamp("access_token_expires_at").toInstant(),
            StringUtils.commaDelimitedListToSet(row.getString("access_token_scopes")));
    return new OAuth2AuthorizedClient(registration, row.getString("principal_name"), token);
  }
}
