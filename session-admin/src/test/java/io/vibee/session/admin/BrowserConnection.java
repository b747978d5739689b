package io.vibee.session.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * A browser's DevTools protocol: commands with their answers, and events. Selenium would do the
 * same with 28 jars of 21 MB, and tell less of what a page does.
 */
final class BrowserConnection implements WebSocket.Listener, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AtomicLong ids = new AtomicLong();
  private final Map<Long, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final Map<String, BiConsumer<String, JsonNode>> tabs = new ConcurrentHashMap<>();
  private final StringBuilder message = new StringBuilder();
  private final WebSocket socket;

  private BrowserConnection(URI address) {
    socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(address, this).join();
  }

  static BrowserConnection to(URI address) {
    return new BrowserConnection(address);
  }

  static ObjectNode parameters() {
    return JSON.createObjectNode();
  }

  /** Has the events of a tab told to it, by name. */
  void listen(String tab, BiConsumer<String, JsonNode> listener) {
    tabs.put(tab, listener);
  }

  /** Sends a command to a tab, or to the browser itself when that is empty, and waits. */
  synchronized JsonNode send(String tab, String method, ObjectNode parameters) {
    long id = ids.incrementAndGet();
    ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
    command.set("params", parameters);
    if (!tab.isEmpty()) command.put("sessionId", tab);
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    socket.sendText(command.toString(), true).join();
    try {
      JsonNode result = answer.get(20, TimeUnit.SECONDS);
      if (result.has("error")) throw new AssertionError(method + ": " + result.get("error"));
      return result.path("result");
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(method, e);
    }
  }

  @Override
  public CompletionStage<?> onText(WebSocket source, CharSequence data, boolean last) {
    message.append(data);
    if (last) {
      String whole = message.toString();
      message.setLength(0);
      receive(whole);
    }
    source.request(1);
    return CompletableFuture.completedStage(null);
  }

  private void receive(String text) {
    JsonNode received;
    try {
      received = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
    if (received.has("id")) {
      CompletableFuture<JsonNode> answer = waiting.remove(received.get("id").asLong());
      if (answer != null) answer.complete(received);
    } else {
      BiConsumer<String, JsonNode> listener = tabs.get(received.path("sessionId").asText());
      if (listener != null)
        listener.accept(received.get("method").asText(), received.get("params"));
    }
  }

  @Override
  public void close() {
    socket.abort();
  }
}
