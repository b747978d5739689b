/**
 * The Telegram bridge, asked which sessions are authorized: {@link
 * io.vibee.session.agent.bridge.Bridge}, over HTTP by {@link
 * io.vibee.session.agent.bridge.HttpBridge}.
 */
@NullMarked
package io.vibee.session.agent.bridge;

import org.jspecify.annotations.NullMarked;
