package io.vibee.session.testkit.contract;

import static io.vibee.session.testkit.contract.Refusals.refused;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.Activity;
import io.vibee.session.testkit.TestSessions;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests the details of an entry: what JSON can hold. */
abstract class DetailsTests extends ActivityTests {

  private void assertKept(Map<String, ?> details) {
    store.recordActivity("sess_1", "x", details);
    assertThat(plain(newest("sess_1").details())).isEqualTo(plain(details));
  }

  /** Makes numbers one type, since JSON does not distinguish {@code int} from {@code long}. */
  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Number) return new BigDecimal(value.toString()).stripTrailingZeros();
    if (value instanceof List<?> list) return list.stream().map(DetailsTests::text).toList();
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream().collect(toMap(e -> e.getKey(), e -> text(e.getValue())));
    }
    return value;
  }

  private static String text(@Nullable Object value) {
    @Nullable Object plain = plain(value);
    return plain == null ? "null" : plain.getClass().getSimpleName() + " " + plain;
  }

  @Test
  void keepsTextsNumbersBooleansAndNull() {
    saved(TestSessions.session("1"));
    Map<String, @Nullable Object> details = new HashMap<>();
    details.put("text", "x");
    details.put("empty", "");
    details.put("nothing", null);
    details.put("yes", true);
    details.put("no", false);
    details.put("int", -7);
    details.put("long", 9_007_199_254_740_993L);
    details.put("longest", Long.MAX_VALUE);
    details.put("decimal", new BigDecimal("0.1"));
    assertKept(details);
    assertThat(newest("sess_1").details())
        .containsEntry("nothing", null)
        .containsEntry("no", false);
  }

  @Test
  void refusesWhatIsTooLong() {
    saved(TestSessions.session("1"));
    assertKept(Map.of("text", "x".repeat(Activity.MAX_DETAILS_BYTES - 11)));
    refused(
        IllegalArgumentException.class,
        () ->
            store.recordActivity(
                "sess_1", "x", Map.of("text", "\u00e9".repeat(Activity.MAX_DETAILS_BYTES / 2))));
  }

  @Test
  void keepsNestedListsAndMaps() {
    saved(TestSessions.session("1"));
    assertKept(
        Map.of(
            "list",
            Arrays.asList(1, null, "x", List.of(true, List.of()), Map.of("a", List.of(2))),
            "map",
            Map.of("inner", Map.of("innermost", List.of(Map.of())), "n", 1)));
  }

  @Test
  void keepsTextsAsTheyAre() {
    saved(TestSessions.session("1"));
    Map<String, String> texts = new HashMap<>();
    for (String text :
        List.of(
            "",
            "Ünï🙂",
            "e\u0301",
            "\u202eabc",
            "\ufffd",
            "\"quoted\" 'too'",
            "C:\\u0000\\n",
            "line\nbreak\ttab",
            "{\"a\":1}",
            "5",
            "null",
            "x".repeat(10_000))) {
      texts.put("key " + text, text);
    }
    assertKept(texts);
  }

  @Test
  void keepsDetailsThatAreEmpty() {
    saved(TestSessions.session("1"));
    store.recordActivity("sess_1", "x", Map.of());
    assertThat(newest("sess_1").details()).isEmpty();
  }

  @Test
  void keepsACopyOfTheDetails() {
    saved(TestSessions.session("1"));
    List<String> list = new ArrayList<>(List.of("a"));
    Map<String, Object> details = new HashMap<>(Map.of("list", list));
    store.recordActivity("sess_1", "x", details);
    list.add("b");
    details.put("more", 1);
    assertThat(newest("sess_1").details()).isEqualTo(Map.of("list", List.of("a")));
    changeIfPossible(newest("sess_1").details().get("list"));
    assertThat(newest("sess_1").details())
        .as("what a reader changed")
        .isEqualTo(Map.of("list", List.of("a")));
  }

  @SuppressWarnings("unchecked")
  private static void changeIfPossible(@Nullable Object list) {
    try {
      ((List<Object>) Objects.requireNonNull(list)).add("c");
    } catch (UnsupportedOperationException e) {
      // An unmodifiable list is fine too.
    }
  }

  @Test
  void refusesDetailsThatJsonCannotHold() {
    saved(TestSessions.session("1"));
    for (Object value :
        List.of(
            new Object(), List.of(new Object()), Map.of("a", new Object()), "\0", List.of("a\0"))) {
      refused(
          "details with a " + value.getClass().getSimpleName(),
          IllegalArgumentException.class,
          () -> store.recordActivity("sess_1", "x", Map.of("a", value)));
      refused(
          "the same of every session",
          IllegalArgumentException.class,
          () -> store.recordActivity(Activity.ALL_SESSIONS, "x", Map.of("a", value)));
    }
    assertThat(log()).as("log").hasSize(1);
  }
}
