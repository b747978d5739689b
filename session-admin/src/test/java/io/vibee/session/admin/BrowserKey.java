package io.vibee.session.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Keys that do something other than type a text. */
enum BrowserKey {
  TAB("Tab", 9, ""),
  ENTER("Enter", 13, "\r"),
  ESCAPE("Escape", 27, ""),
  SPACE(" ", 32, " "),
  RIGHT("ArrowRight", 39, ""),
  DELETE("Delete", 46, "");

  private final String key;
  private final int code;
  private final String text;

  BrowserKey(String key, int code, String text) {
    this.key = key;
    this.code = code;
    this.text = text;
  }

  ObjectNode event(String type) {
    ObjectNode event = BrowserConnection.parameters().put("type", type).put("key", key);
    event.put("windowsVirtualKeyCode", code);
    if (type.equals("keyDown") && !text.isEmpty()) event.put("text", text);
    return event;
  }
}
