package io.vibee.session;

/** What an agent of a fleet is to do. */
public enum AgentMark {
  /** It claims sessions, and keeps them. */
  TAKING,
  /** It keeps what it has, and claims no more. */
  CORDONED,
  /** It lets go of what it has, and claims no more. */
  DRAINING
}
