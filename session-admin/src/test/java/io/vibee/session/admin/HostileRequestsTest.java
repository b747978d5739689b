package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Canary;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that nobody means well with, byte by byte: none gets an error of the server's, a secret
 * or another's row, and none changes a row. What the library answers is a problem document; what
 * the JDK's server refuses before, it answers in its own words, or closes the connection.
 */
class HostileRequestsTest {
  private static AdminFixture admin;
  private static String before;

  @BeforeAll
  static void start() {
    admin = AdminFixture.withToken();
    admin.add("100200300", "sess_demo0001", AdminFixture.bearer(AdminFixture.TOKEN));
    before = admin.rows();
  }

  @AfterAll
  static void stop() {
    admin.close();
  }

  static Stream<HostileRequest> requests() {
    return new HostileRequests(admin.port()).all();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void isRefusedWithoutHarm(HostileRequest hostile) throws IOException {
    String answer = RawHttp.exchange(admin.port(), hostile.request());
    int status =
        answer.isEmpty() ? HostileRequest.CLOSED : Integer.parseInt(answer.substring(9, 12));
    assertThat(status).as(shortened(answer)).isIn(hostile.statuses());
    assertThat(status).isLessThan(500);
    assertThat(Canary.in(answer)).isEmpty();
    assertThat(answer)
        .doesNotContain(
            AdminFixture.TOKEN, "io.vibee", "Exception\"", "org.postgresql", "select ", "at java.");
    assertThat(answer).doesNotContainIgnoringCase("Access-Control-");
    if (status >= 400 && answer.contains("application/problem+json")) {
      String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
      assertThat(AdminFixture.JSON.readTree(body).path("status").asInt()).isEqualTo(status);
    }
    assertThat(admin.rows()).isEqualTo(before);
  }

  private static String shortened(String answer) {
    return answer.length() < 600 ? answer : answer.substring(0, 600);
  }

  /** The one error of the server's: RFC 9112 asks for it, and the JDK's server gives it itself. */
  @Test
  void aTransferCodingThatNobodyKnowsIsNotImplemented() {
    String answer =
        RawHttp.exchange(
            admin.port(),
            "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost:"
                + admin.port()
                + "\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 501 ").contains("Connection: close");
    assertThat(admin.rows()).isEqualTo(before);
  }
}
