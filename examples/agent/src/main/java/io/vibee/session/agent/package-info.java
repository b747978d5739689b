/** The reference agent behind {@code start.sh}: loads sessions, prints them, keeps them seen. */
@NullMarked
package io.vibee.session.agent;

import org.jspecify.annotations.NullMarked;
