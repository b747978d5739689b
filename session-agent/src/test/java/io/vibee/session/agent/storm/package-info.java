/**
 * Agents as real processes over a real PostgreSQL, with a fake Telegram over TCP that records who
 * is connected when, and everything that goes wrong between them.
 */
@NullMarked
package io.vibee.session.agent.storm;

import org.jspecify.annotations.NullMarked;
