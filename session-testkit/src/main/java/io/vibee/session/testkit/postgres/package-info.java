/**
 * Provides real databases for tests: migrated, empty, and private to a test method or class.
 *
 * <p>{@link io.vibee.session.testkit.postgres.SessionDatabase} asks for one.
 */
@NullMarked
package io.vibee.session.testkit.postgres;

import org.jspecify.annotations.NullMarked;
