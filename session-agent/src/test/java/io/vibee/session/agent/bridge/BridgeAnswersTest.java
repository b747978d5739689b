package io.vibee.session.agent.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeAnswersTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static boolean ofSession(String json) throws BridgeException {
    return BridgeAnswers.ofSession("sess_a", json.getBytes(UTF_8));
  }

  private static Map<String, Boolean> ofAll(String json) throws BridgeException {
    return BridgeAnswers.ofAll(Set.of("sess_a", "sess_b"), json.getBytes(UTF_8));
  }

  @Test
  void ignoresWhatItDoesNotKnow() throws Exception {
    assertThat(
            ofSession(
                """
                {"more":{"status":[1,{"status":"no"}]},"authorized":true,"status":"ok",
                 "sessions":7,"session_id":"sess_a","more":null}
                """))
        .isTrue();
    assertThat(ofSession("{\"status\":\"not_found\",\"session_id\":\"sess_a\"}")).isFalse();
  }

  @Test
  void listsOnlyTheWantedAndNoneThatContradictsItself() throws Exception {
    assertThat(
            ofAll(
                """
                {"sessions":[{"session_id":"sess_a","authorized":true},
                  {"session_id":"sess_b","authorized":true,"more":[{}]},
                  {"session_id":"sess_of_another","authorized":true},
                  {"session_id":"sess_a","authorized":false}],"status":"ok"}
                """))
        .containsOnly(Map.entry("sess_b", true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{\"status\":\"ok\",\"session_id\":\"sess_a\",\"authorized\":true",
        "{\"status\":\"ok\",\"session_id\":\"sess_a\",\"authorized\":true}{}",
        "{\"status\":\"ok\",\"session_id\":\"sess_a\",\"authorized\":false,\"authorized\":true}",
        "{\"status\":\"ok\",\"session_id\":7,\"session_id\":\"sess_a\",\"authorized\":true}",
        "{\"status\":\"ok\",\"session_id\":\"sess_a\",\"authorized\":\"true\"}",
        "{\"status\":\"ok\",\"authorized\":true}",
        "{\"session_id\":\"sess_a\",\"authorized\":true}"
      })
  void refusesAnotherAnswerForOneSession(String json) {
    assertThatThrownBy(() -> ofSession(json)).hasMessageContaining("not the agreed JSON");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"status\":\"ok\"}",
        "{\"status\":\"ok\",\"sessions\":{}}",
        "{\"status\":\"ok\",\"sessions\":[],\"sessions\":[]}",
        "{\"status\":\"ok\",\"sessions\":[7]}",
        "{\"status\":\"ok\",\"sessions\":[[]]}",
        "{\"status\":\"ok\",\"sessions\":[{\"session_id\":\"sess_a\"}]}",
        "{\"status\":\"ok\",\"sessions\":[{\"authorized\":true}]}",
        "{\"status\":\"not_found\",\"sessions\":[]}"
      })
  void refusesAnotherList(String json) {
    assertThatThrownBy(() -> ofAll(json)).hasMessageContaining("not the agreed JSON");
  }

  @Test
  void refusesWhatIsNestedDeeply() throws Exception {
    String good = "{\"status\":\"ok\",\"session_id\":\"sess_a\",\"authorized\":true,\"more\":";
    assertThat(ofSession(good + "[".repeat(15) + "]".repeat(15) + "}")).isTrue();
    assertThatThrownBy(() -> ofSession(good + "[".repeat(16) + "]".repeat(16) + "}"))
        .hasMessageContaining("not the agreed JSON");
  }

  @Test
  void needsNoMoreMemoryThanTheAnswerIsLong() throws Exception {
    String list = "{\"status\":\"ok\",\"sessions\":[],\"more\":[";
    ofAll(list + "]}");
    byte[] hostile = (list + "{},".repeat(1 << 18) + "{}]}").getBytes(UTF_8);
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    BridgeAnswers.ofAll(Set.of("sess_a"), hostile);
    long after = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    assertThat(after - before).isLessThan(hostile.length);
  }
}
