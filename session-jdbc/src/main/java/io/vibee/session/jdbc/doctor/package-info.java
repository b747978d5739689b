/**
 * Checks of what can be wrong with a database of sessions, and how to mend it; they know the
 * tables, functions and triggers of the migration in this module. {@link
 * io.vibee.session.jdbc.doctor.Doctor} is the door. It makes the checks, each of which asks {@code
 * Queries} and tells {@code Report}. Not exported.
 */
@NullMarked
package io.vibee.session.jdbc.doctor;

import org.jspecify.annotations.NullMarked;
