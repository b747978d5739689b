package io.vibee.session.agent.bridge;

import static io.vibee.session.agent.bridge.BridgeJson.AUTHORIZED;
import static io.vibee.session.agent.bridge.BridgeJson.SESSIONS;
import static io.vibee.session.agent.bridge.BridgeJson.SESSION_ID;
import static io.vibee.session.agent.bridge.BridgeJson.STATUS;
import static io.vibee.session.agent.bridge.BridgeJson.unusable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Parses what the bridge says strictly: anything that is not as agreed is no answer. */
final class BridgeAnswers {
  private BridgeAnswers() {}

  /** Tells whether the session is authorized; one that the bridge does not know is not. */
  static boolean ofSession(String sessionId, byte[] body) throws BridgeException {
    Map<String, Object> answer = BridgeJson.read(body, null);
    boolean known = "ok".equals(answer.get(STATUS));
    if (!known && !"not_found".equals(answer.get(STATUS))) throw unusable();
    if (!id(answer).equals(sessionId)) {
      throw new BridgeException("answered for another session than the one that was asked for");
    }
    return known && authorized(answer);
  }

  /**
   * Returns what the answer says of each wanted session, leaving out one that it contradicts itself
   * about. Keeps no others, however many it names.
   */
  static Map<String, Boolean> ofAll(Set<String> wanted, byte[] body) throws BridgeException {
    Map<String, Boolean> authorized = new HashMap<>();
    Set<String> contradictory = new HashSet<>();
    Map<String, Object> answer =
        BridgeJson.read(
            body,
            session -> {
              String id = id(session);
              boolean now = authorized(session);
              if (!wanted.contains(id)) return;
              Boolean before = authorized.put(id, now);
              if (before != null && before != now) contradictory.add(id);
            });
    if (!"ok".equals(answer.get(STATUS)) || !answer.containsKey(SESSIONS)) throw unusable();
    authorized.keySet().removeAll(contradictory);
    return authorized;
  }

  private static String id(Map<String, Object> answer) throws BridgeException {
    if (answer.get(SESSION_ID) instanceof String id) return id;
    throw unusable();
  }

  private static boolean authorized(Map<String, Object> answer) throws BridgeException {
    if (answer.get(AUTHORIZED) instanceof Boolean authorized) return authorized;
    throw unusable();
  }
}
