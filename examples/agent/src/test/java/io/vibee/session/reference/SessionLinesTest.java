package io.vibee.session.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.LoadReport;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionLinesTest {
  private static SessionBuilder session() {
    return Session.builder("100200300", "sess_demo0001", 94892, Secret.of("made_up_hash"));
  }

  @Test
  void writesTheLineThatScriptsParse() {
    assertThat(SessionLines.session(session().phone("+10005550123").authorized(true).build(), true))
        .isEqualTo(
            "session user_id=100200300 session_id=sess_demo0001 api_id=94892 phone=+1000***0123"
                + " authorized=true source=database");
    assertThat(SessionLines.session(session().build(), false))
        .endsWith("phone=- authorized=false source=environment");
  }

  @Test
  void hidesShortPhonesAltogether() {
    assertThat(SessionLines.session(session().phone("+100055512").build(), true))
        .contains("phone=***");
  }

  @Test
  void letsNoValueForgeAField() {
    assertThat(SessionLines.session(session().userId("1=authorized\"true\\").build(), true))
        .startsWith("session user_id=\"1=authorized\\\"true\\\\\" session_id=");
  }

  @Test
  void summarizes() {
    assertThat(SessionLines.summary(report(1)))
        .isEqualTo("loaded 1 session in 41 ms (mode=single-db)");
    assertThat(SessionLines.summary(report(0))).startsWith("loaded 0 sessions in");
  }

  private static LoadReport report(long loaded) {
    return new LoadReport("single-db", loaded, List.of(), List.of(), Duration.ofMillis(41));
  }
}
