package io.vibee.session.agent.bridge;

import java.util.Map;
import java.util.Set;

/**
 * The Telegram bridge, which knows which sessions are authorized. {@link HttpBridge} is the one at
 * {@code VIBEE_BRIDGE_URL}. Thread-safe; each call ends within a time that the implementation
 * bounds, or when its thread is interrupted.
 */
public interface Bridge {

  /**
   * Asks whether one session is authorized.
   *
   * @param sessionId the session's id
   * @return false too if the bridge does not know the session
   * @throws BridgeException if the bridge gives no usable answer
   * @throws InterruptedException if the thread is interrupted
   */
  boolean isAuthorized(String sessionId) throws BridgeException, InterruptedException;

  /**
   * Asks about many sessions in one request.
   *
   * @param wanted the ids of the sessions
   * @return whether each of them is authorized; those that the bridge does not list are left out,
   *     and are asked about one by one
   * @throws BridgeException if the bridge gives no usable answer, or has no list
   * @throws InterruptedException if the thread is interrupted
   */
  Map<String, Boolean> list(Set<String> wanted) throws BridgeException, InterruptedException;
}
