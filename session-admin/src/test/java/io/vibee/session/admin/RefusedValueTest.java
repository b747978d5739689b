package io.vibee.session.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.admin.http.Response;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the store itself refuses, as of a value that its database's encoding lacks. */
class RefusedValueTest {
  @ParameterizedTest
  @CsvSource({
    "username cannot be stored: use other characters,"
        + " 'username\",\"detail\":\"cannot be stored: use other characters\"'",
    "apiHash is too long, 'api_hash\",\"detail\":\"is too long\"'",
    "targetChats, 'target_chats\",\"detail\":\"is not allowed\"'",
  })
  void isToldByItsField(String message, String told) {
    Response response = StoreErrors.refusedValue(new IllegalArgumentException(message));
    assertThat(response.status()).isEqualTo(422);
    assertThat(new String(response.body(), UTF_8))
        .contains("\"errors\":[{\"field\":\"" + told + "}]");
  }

  @ParameterizedTest
  @CsvSource({"a value cannot be stored (22P05)", "s3cret", "''"})
  void isToldWithoutAFieldWhereNoneIsNamed(String message) {
    Response response = StoreErrors.refusedValue(new IllegalArgumentException(message));
    assertThat(response.status()).isEqualTo(422);
    assertThat(new String(response.body(), UTF_8)).doesNotContain("errors", "22P05", "s3cret");
  }
}
