/**
 * Telegram sessions for agents: {@link io.vibee.session.SessionLoader} finds and loads them, {@link
 * io.vibee.session.SessionStore} keeps them.
 *
 * <p>An agent needs two lines:
 *
 * <pre>{@code
 * try (var loader = SessionLoader.fromEnvironment()) {
 *   for (Session session : loader.load()) agent.start(session);
 * }
 * }</pre>
 *
 * <p>Every error is a {@link io.vibee.session.SessionException}; its message says what to do and
 * never holds a secret.
 */
@NullMarked
package io.vibee.session;

import org.jspecify.annotations.NullMarked;
