package io.vibee.session.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * What a page did that no test of ours may see: script that ran where none should, and the like.
 */
final class BrowserWatch implements BiConsumer<String, JsonNode> {
  private final List<String> troubles = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  @Override
  public void accept(String event, JsonNode parameters) {
    switch (event) {
      case "Page.javascriptDialogOpening" -> troubles.add("a dialog of a script: " + parameters);
      case "Page.windowOpen" -> troubles.add("a window: " + parameters);
      case "Runtime.exceptionThrown" -> troubles.add("an exception: " + parameters);
      case "Runtime.consoleAPICalled" -> troubles.add("a line on the console: " + parameters);
      case "Log.entryAdded" -> logged(parameters.path("entry"));
      case "Network.requestWillBeSent" ->
          requests.add(parameters.path("request").path("url").asText());
      default -> {}
    }
  }

  /** Violations of the content security policy arrive here too. */
  private void logged(JsonNode entry) {
    // A test asks for refusals, which the browser notes as errors of the network.
    boolean refusal = entry.path("source").asText().equals("network");
    if (!refusal) troubles.add("a line in the browser's log: " + entry);
  }

  List<String> troubles() {
    return troubles;
  }

  List<String> requests() {
    return requests;
  }

  List<String> requestsTo(String path) {
    return requests.stream().filter(url -> URI.create(url).getPath().equals(path)).toList();
  }
}
