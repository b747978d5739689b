package io.vibee.session.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.StreamSupport;
import org.awaitility.core.ConditionFactory;

/**
 * A tab of a browser profile of its own, used as a person would: by clicks at what can be seen, and
 * by keys. Whatever is asked for is waited for, up to ten seconds.
 */
final class BrowserTab implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final BrowserConnection browser;
  private final String profile;
  private final String tab;
  private final BrowserWatch watch = new BrowserWatch();
  private String origin = "";

  BrowserTab(BrowserConnection browser) {
    this.browser = browser;
    profile = send("", "Target.createBrowserContext", none()).path("browserContextId").asText();
    ObjectNode target = none().put("url", "about:blank").put("browserContextId", profile);
    String id = send("", "Target.createTarget", target).path("targetId").asText();
    ObjectNode attach = none().put("targetId", id).put("flatten", true);
    tab = send("", "Target.attachToTarget", attach).path("sessionId").asText();
    browser.listen(tab, watch);
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) send(domain + ".enable");
    screen(1280, 900);
  }

  void open(String url) {
    origin = url;
    send("Page.navigate", none().put("url", url));
    until("document.readyState === 'complete'");
  }

  /** Runs before the page's own scripts do, at every {@link #open} from now on. */
  void beforehand(String script) {
    send("Page.addScriptToEvaluateOnNewDocument", none().put("source", script));
  }

  void screen(int width, int height) {
    ObjectNode metrics = none().put("width", width).put("height", height);
    send(
        "Emulation.setDeviceMetricsOverride",
        metrics.put("deviceScaleFactor", 1).put("mobile", width < 600));
  }

  void timeZone(String zone) {
    send("Emulation.setTimezoneOverride", none().put("timezoneId", zone));
  }

  /** Opens what a certificate of the tests' own protects. */
  void ignoreCertificates() {
    send("Security.setIgnoreCertificateErrors", none().put("ignore", true));
  }

  /** What the person prefers, such as {@code prefers-color-scheme}. */
  void prefer(String feature, String value) {
    ObjectNode media = none();
    media.putArray("features").addObject().put("name", feature).put("value", value);
    send("Emulation.setEmulatedMedia", media);
  }

  /** The value of an expression; a promise is waited for. */
  JsonNode evaluate(String expression) {
    ObjectNode evaluation = none().put("expression", expression);
    evaluation.put("awaitPromise", true).put("returnByValue", true);
    JsonNode answer = send("Runtime.evaluate", evaluation);
    assertThat(answer.path("exceptionDetails")).as(expression).isEmpty();
    return answer.path("result").path("value");
  }

  void until(String condition) {
    waiting(condition).until(() -> evaluate("Boolean(" + condition + ")").asBoolean());
  }

  /** Waits until the visible text of an element holds another. */
  void untilShown(String selector, String text) {
    waiting(selector + " shows " + text)
        .untilAsserted(() -> assertThat(String.join("\n", texts(selector))).contains(text));
  }

  void untilVisible(String selector) {
    until(visibility(selector));
  }

  void untilHidden(String selector) {
    until("!(" + visibility(selector) + ")");
  }

  boolean isVisible(String selector) {
    return evaluate(visibility(selector)).asBoolean();
  }

  private static String visibility(String selector) {
    return "[...document.querySelectorAll(%s)].some(e => e.checkVisibility())"
        .formatted(quoted(selector));
  }

  /** The visible text of the one element. */
  String text(String selector) {
    List<String> texts = texts(selector);
    assertThat(texts).as(selector).hasSize(1);
    return texts.get(0);
  }

  /** The visible texts of the elements that can be seen. */
  List<String> texts(String selector) {
    return strings(
        "[...document.querySelectorAll(%s)].filter(e => e.checkVisibility()).map(e => e.innerText.trim())"
            .formatted(quoted(selector)));
  }

  List<String> strings(String expression) {
    return StreamSupport.stream(evaluate(expression).spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  String value(String selector) {
    return evaluate("document.querySelector(%s).value".formatted(quoted(selector))).asText();
  }

  /** Clicks in the middle of the first that can be seen; fails if something lies over it. */
  void click(String selector) {
    String found =
        """
        (() => {
          const element = [...document.querySelectorAll(%s)].find(e => e.checkVisibility());
          if (!element) return {};
          element.scrollIntoView({ block: "center", behavior: "instant" });
          const box = element.getBoundingClientRect();
          const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
          const hit = document.elementFromPoint(x, y);
          return { x, y, free: element.contains(hit) || hit?.contains(element) };
        })()
        """
            .formatted(quoted(selector));
    JsonNode place =
        waiting("to click " + selector)
            .until(() -> evaluate(found), at -> at.path("free").asBoolean());
    for (String type : List.of("mousePressed", "mouseReleased")) {
      ObjectNode mouse = none().put("type", type).put("button", "left").put("clickCount", 1);
      mouse.put("x", place.get("x").asDouble()).put("y", place.get("y").asDouble());
      send("Input.dispatchMouseEvent", mouse);
    }
  }

  /** Replaces what a field holds. */
  void fill(String selector, String text) {
    click(selector);
    evaluate("document.querySelector(%s).select()".formatted(quoted(selector)));
    if (text.isEmpty()) press(BrowserKey.DELETE);
    else type(text);
  }

  /** Types into what has the focus. */
  void type(String text) {
    send("Input.insertText", none().put("text", text));
  }

  void press(BrowserKey key) {
    send("Input.dispatchKeyEvent", key.event("keyDown"));
    send("Input.dispatchKeyEvent", key.event("keyUp"));
  }

  byte[] screenshot() {
    String data = send("Page.captureScreenshot", none().put("format", "png")).path("data").asText();
    return Base64.getDecoder().decode(data);
  }

  BrowserWatch watch() {
    return watch;
  }

  /** What holds after every test: no script but the page's ran, and nothing went elsewhere. */
  void assertNothingForeign() {
    assertThat(watch.troubles()).isEmpty();
    assertThat(watch.requests()).allMatch(url -> url.startsWith(origin));
  }

  @Override
  public void close() {
    send("", "Target.disposeBrowserContext", none().put("browserContextId", profile));
  }

  private static ConditionFactory waiting(String purpose) {
    return await(purpose)
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(25));
  }

  private static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }

  private static ObjectNode none() {
    return BrowserConnection.parameters();
  }

  private void send(String method) {
    send(method, none());
  }

  private JsonNode send(String method, ObjectNode parameters) {
    return send(tab, method, parameters);
  }

  private JsonNode send(String receiver, String method, ObjectNode parameters) {
    return browser.send(receiver, method, parameters);
  }
}
