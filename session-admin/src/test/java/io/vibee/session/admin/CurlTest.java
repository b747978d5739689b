package io.vibee.session.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.Tools;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The quick start's command, as it is written there but for the port. */
class CurlTest {
  private static final String COMMAND =
      """
      curl -X POST http://localhost:8080/api/v1/sessions -H "Content-Type: application/json" \\
        -d '{"user_id":"123456789","session_id":"sess_new_client","api_id":94892,"api_hash":"client_api_hash","phone":"+10005550123"}'
      """;

  @Test
  void theQuickStartsCommandAddsAClient() throws IOException, InterruptedException {
    Tools.require("curl");
    try (AdminFixture admin = AdminFixture.withoutToken()) {
      String answer = run(COMMAND.replace(":8080/", ":" + admin.port() + "/"));
      assertThat(AdminFixture.JSON.readTree(answer).path("session_id").asText())
          .isEqualTo("sess_new_client");
      assertThat(answer).doesNotContain("client_api_hash");
      assertThat(admin.store.findByUserId("123456789").orElseThrow().apiHash().exposeSecret())
          .isEqualTo("client_api_hash");
      assertThat(
              admin.database.query(
                  "select activity_type, details->>'actor' from session_activity"
                      + " where session_id = 'sess_new_client'"))
          .containsExactly("session_created|local");
      String port = Integer.toString(admin.port());
      assertThat(run("curl -s http://localhost:" + port + "/api/v1/sessions"))
          .contains("sess_new_client");
      run("curl -s -X DELETE http://localhost:" + port + "/api/v1/sessions/sess_new_client");
      assertThat(run("curl -s http://127.0.0.1:" + port + "/api/v1/sessions"))
          .contains("\"sessions\":[]");
    }
  }

  private static String run(String command) throws IOException, InterruptedException {
    Process process = Processes.of(Tools.require("sh"), "-c", command).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }
}
