/**
 * Helps to test agents and stores: made-up sessions, assertions, a clock that can be set, and a
 * detector of leaked secrets.
 */
@NullMarked
package io.vibee.session.testkit;

import org.jspecify.annotations.NullMarked;
