package io.vibee.session.testkit;

import static io.vibee.session.testkit.SessionAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionBuilder;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SessionAssertTest {
  private static final Session SESSION = TestSessions.session();
  private static final Secret OTHER_HASH = TestSessions.apiHash("another");

  @Test
  void acceptsWhatASessionHas() {
    assertThat(SESSION)
        .hasUserId("100200300")
        .hasSessionId("sess_100200300")
        .hasApiId(TestSessions.API_ID)
        .hasApiHash(TestSessions.apiHash("100200300"))
        .hasPhone("+10005550123")
        .hasUsername("user_100200300")
        .isActive()
        .isNotAuthorized()
        .hasTargetChats()
        .hasRevision(0)
        .hasSameValuesAs(TestSessions.session())
        .isEqualTo(TestSessions.session())
        .isNotEqualTo(TestSessions.session("2"));
    assertThat(changed(builder -> builder.active(false).authorized(true).phone(null)))
        .isInactive()
        .isAuthorized()
        .hasPhone(null)
        .usingRecursiveComparison()
        .ignoringFields("active", "authorized", "phone")
        .isEqualTo(SESSION);
  }

  static Stream<Consumer<SessionAssert>> wrong() {
    return Stream.of(
        session -> session.hasUserId("x"),
        session -> session.hasSessionId("x"),
        session -> session.hasApiId(1),
        session -> session.hasApiHash(OTHER_HASH),
        session -> session.hasPhone("+20005550199"),
        session -> session.hasPhone(null),
        session -> session.hasUsername("another_name"),
        session -> session.hasUsername(null),
        session -> session.isInactive(),
        session -> session.isAuthorized(),
        session -> session.hasTargetChats("1"),
        session -> session.hasRevision(1),
        session -> session.hasSameValuesAs(everythingElse()),
        session -> session.isEqualTo(everythingElse()),
        session -> session.isEqualTo("text"),
        session -> session.isEqualTo(null),
        session -> session.isNull(),
        session -> session.isNotEqualTo(TestSessions.session()),
        session -> session.isSameAs(TestSessions.session()),
        session -> session.isIn(everythingElse()),
        session -> session.isNotIn(List.of(TestSessions.session())),
        session -> session.isInstanceOf(String.class),
        session -> session.hasToString("x"),
        session -> session.doesNotHaveToString(SESSION.toString()),
        session -> session.matches(any -> false),
        session -> session.satisfies(any -> assertThat(any).hasApiHash(OTHER_HASH)),
        session -> session.satisfiesAnyOf(any -> assertThat(any).hasPhone("+2"), any -> fail()),
        session -> session.asString().isEqualTo("x"),
        session -> session.usingRecursiveComparison().isEqualTo(everythingElse()),
        session -> session.usingRecursiveComparison().isNotEqualTo(TestSessions.session()),
        session -> session.usingRecursiveComparison().isIn(everythingElse()),
        session ->
            session
                .usingRecursiveComparison()
                .withStrictTypeChecking()
                .ignoringAllOverriddenEquals()
                .comparingOnlyFields("apiHash", "phone")
                .isEqualTo(everythingElse()),
        session ->
            session
                .usingRecursiveComparison(
                    RecursiveComparisonConfiguration.builder()
                        .withComparedFields("apiHash", "username")
                        .build())
                .isEqualTo(everythingElse()));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void refusesWithoutShowingWhatIsSecretOrPersonal(Consumer<SessionAssert> assertion) {
    String report = report(() -> assertion.accept(assertThat(SESSION)));

    assertThat(report)
        .doesNotContain(SESSION.apiHash().exposeSecret(), OTHER_HASH.exposeSecret())
        .doesNotContain("5550123", "5550199", "user_100200300", "another_name");
  }

  @Test
  void saysWhatDiffers() {
    assertThat(report(() -> assertThat(SESSION).hasUserId("7")))
        .contains("user id: expected <7> but was <100200300> in Session[userId=100200300");
    assertThat(report(() -> assertThat(SESSION).hasApiHash(OTHER_HASH)))
        .contains("api hash: differs, and is not shown in Session[");
    assertThat(report(() -> assertThat(SESSION).hasPhone(null)))
        .contains("phone: expected none but there is one");
    assertThat(report(() -> assertThat((Session) null).isActive())).contains("not to be null");
    assertThat(report(() -> assertThat(SESSION).as("the first").isInactive()))
        .contains("[the first]");
  }

  @Test
  void namesEveryFieldThatDiffers() {
    assertThat(report(() -> assertThat(SESSION).hasSameValuesAs(everythingElse())))
        .contains("userId: expected <9> but was <100200300>")
        .contains("sessionId: ", "apiId: ", "active: ", "authorized: ", "digitalTwinEnabled: ")
        .contains("autoReplyEnabled: ", "targetChats: expected <[1, chat]> but was <[]>")
        .contains("apiHash: differs, and is not shown", "username: differs", "phone: differs")
        .doesNotContain("revision: ");
  }

  @Test
  void noticesTheHashWhenNothingElseDiffers() {
    Session other = Session.builder("100200300", "sess_100200300", 94892, OTHER_HASH).build();
    Session same = Session.builder("100200300", "sess_100200300", 94892, SESSION.apiHash()).build();

    assertThat(report(() -> assertThat(same).isEqualTo(other)))
        .contains("apiHash: differs, and is not shown")
        .doesNotContain("phone");
    assertThat(report(() -> assertThat(same).usingRecursiveComparison().isEqualTo(other)))
        .contains("apiHash", "***")
        .doesNotContain(OTHER_HASH.exposeSecret());
  }

  private static Session everythingElse() {
    return Session.builder("9", "sess_9", 9, OTHER_HASH)
        .phone("+20005550199")
        .username("another_name")
        .active(false)
        .authorized(true)
        .digitalTwinEnabled(true)
        .autoReplyEnabled(false)
        .targetChats(List.of("1", "chat"))
        .build();
  }

  private static Session changed(Consumer<SessionBuilder> change) {
    SessionBuilder builder = SESSION.toBuilder();
    change.accept(builder);
    return builder.build();
  }

  private static void fail() {
    throw new AssertionError("as it should");
  }

  /**
   * Returns everything that a report shows of a failed assertion: its message, causes and
   * suppressed errors.
   */
  private static String report(ThrowingCallable assertion) {
    Throwable failure = catchThrowable(assertion);
    assertThat(failure).isInstanceOf(AssertionError.class);
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
