package io.vibee.session.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.Session;
import io.vibee.session.SessionReport;
import io.vibee.session.testkit.TestSessions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests what agents report about the sessions that they hold. */
abstract class ReportTests extends HeartbeatTests {

  private Session reported(SessionReport... reports) {
    assertThat(store.report(List.of(reports)))
        .as("sessions that were there")
        .containsExactly("sess_1");
    return found("1");
  }

  @Test
  void aReportOfAHeldSessionIsATouch() {
    Session unseen = saved(Samples.full("1"));
    Session seen = reported(SessionReport.held("sess_1"));
    assertThat(seen.lastSeenAt()).isNotNull();
    assertThat(seen.toBuilder().lastSeenAt(null).build()).isEqualTo(unseen);
    assertThat(types("sess_1")).containsExactly("session_created");
  }

  @Test
  void reportsALogin() {
    saved(TestSessions.session("1"));
    Session after = reported(SessionReport.of("sess_1", true));
    assertThat(after.authorized()).isTrue();
    assertThat(after.lastSeenAt()).isNotNull();
    assertThat(after.revision()).isEqualTo(2);
    assertThat(types("sess_1"))
        .containsExactlyInAnyOrder("session_created", "session_authorized", "login");
    assertThat(log("sess_1")).extracting(Activity::userId).containsOnly("1");
  }

  @Test
  void reportsALogout() {
    saved(TestSessions.builder("1").authorized(true).build());
    Session after = reported(SessionReport.of("sess_1", false));
    assertThat(after.authorized()).isFalse();
    assertThat(after.lastSeenAt()).isNotNull();
    assertThat(after.revision()).isEqualTo(2);
    assertThat(types("sess_1"))
        .containsExactlyInAnyOrder("session_created", "session_unauthorized", "logout");
  }

  @Test
  void aReportOfWhatIsKnownAlreadyIsATouch() {
    Session before = saved(TestSessions.builder("1").authorized(true).build());
    Session after = reported(SessionReport.of("sess_1", true));
    assertThat(after.lastSeenAt()).isNotNull();
    assertThat(after.toBuilder().lastSeenAt(null).build()).isEqualTo(before);
    assertThat(types("sess_1")).as("no second login").containsExactly("session_created");
  }

  @Test
  void reportsAnErrorEachTime() {
    Session before = saved(TestSessions.session("1"));
    String error = "bridge: 502 \"Ünï🙂\"; '%s' {}";
    reported(SessionReport.failed("sess_1", error));
    Session after = reported(SessionReport.failed("sess_1", error));
    assertThat(after.lastSeenAt()).isNotNull();
    assertThat(after.toBuilder().lastSeenAt(null).build()).isEqualTo(before);
    assertThat(types("sess_1")).containsExactly("error", "error", "session_created");
    assertThat(newest("sess_1").details()).containsValue(error);
    assertThat(newest("sess_1").userId()).isEqualTo("1");
  }

  @Test
  void reportsALogoutAndItsError() {
    saved(TestSessions.builder("1").authorized(true).build());
    String longest = "🙂".repeat(1000);
    assertThat(
            reported(
                    SessionReport.notAuthorized("sess_1")
                        .andThen(SessionReport.failed("sess_1", longest)))
                .authorized())
        .isFalse();
    assertThat(types("sess_1"))
        .containsExactlyInAnyOrder("session_created", "session_unauthorized", "logout", "error");
    assertThat(log("sess_1"))
        .filteredOn(entry -> entry.type().equals(Activity.ERROR))
        .allSatisfy(entry -> assertThat(entry.details()).containsValue(longest));
  }

  @Test
  void theLastOfSeveralReportsOfASessionCounts() {
    saved(TestSessions.session("1"));
    Session after =
        reported(
            SessionReport.of("sess_1", true),
            SessionReport.failed("sess_1", "early"),
            SessionReport.of("sess_1", false));
    assertThat(after.authorized()).isFalse();
    assertThat(after.lastSeenAt()).isNotNull();
    assertThat(types("sess_1")).containsExactly("session_created");
  }

  @Test
  void reportsOfManySessionsAreKeptApart() {
    for (int i = 1; i <= 5; i++) {
      saved(TestSessions.builder("" + i).authorized(i == 2).active(i != 3).build());
    }
    List<SessionReport> reports = new ArrayList<>();
    Samples.UNKNOWN_IDS.forEach(
        id ->
            reports.add(SessionReport.authorized(id).andThen(SessionReport.failed(id, "unknown"))));
    assertThat(store.report(reports)).as("only unknown ones").isEmpty();
    assertThat(store.report(List.of())).as("none").isEmpty();
    reports.add(SessionReport.of("sess_1", true));
    reports.add(SessionReport.of("sess_2", false));
    reports.add(SessionReport.failed("sess_3", "broken"));
    reports.add(SessionReport.held("sess_4"));
    assertThat(store.report(reports))
        .as("sessions that were there")
        .containsExactlyInAnyOrder("sess_1", "sess_2", "sess_3", "sess_4");
    assertThat(List.of("1", "2", "3", "4", "5"))
        .extracting(user -> found(user).authorized())
        .containsExactly(true, false, false, false, false);
    assertThat(List.of("1", "2", "3", "4", "5"))
        .extracting(user -> found(user).lastSeenAt() != null)
        .containsExactly(true, true, true, true, false);
    assertThat(types("sess_3")).containsExactly("error", "session_created");
    assertThat(types("sess_4")).containsExactly("session_created");
    assertThat(log()).as("log").hasSize(5 + 2 + 2 + 1);
  }
}
