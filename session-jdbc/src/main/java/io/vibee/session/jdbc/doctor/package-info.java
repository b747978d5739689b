/**
 * What can be wrong with a database that sessions are in, and how to mend it: beside the migration
 * whose tables, functions and triggers the checks know. {@link io.vibee.session.jdbc.doctor.Doctor}
 * is the door; it makes the checks, each of which reports to {@code Report} what it asks by {@code
 * Queries}.
 */
@NullMarked
package io.vibee.session.jdbc.doctor;

import org.jspecify.annotations.NullMarked;
