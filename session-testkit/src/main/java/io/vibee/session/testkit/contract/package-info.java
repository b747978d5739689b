/**
 * What every store keeps, as JUnit tests: extend a contract with a method that makes your store.
 *
 * <p>Each test has a store of its own and is named after what a store does; one that fails names
 * what yours does not do.
 */
@NullMarked
package io.vibee.session.testkit.contract;

import org.jspecify.annotations.NullMarked;
