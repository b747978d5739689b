/**
 * JUnit tests of what every store must guarantee: extend a contract with a method that makes your
 * store.
 *
 * <p>Each test has its own store and is named after what a store does; a failing test names what
 * yours does not do.
 */
@NullMarked
package io.vibee.session.testkit.contract;

import org.jspecify.annotations.NullMarked;
