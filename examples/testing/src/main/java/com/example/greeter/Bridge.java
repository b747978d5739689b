package com.example.greeter;

/** The Telegram bridge, as this agent sees it. */
public interface Bridge {
  /** Connects an account. */
  void connect(String sessionId, int apiId, String apiHash);
}
