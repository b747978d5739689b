/** What {@code start.sh --demo} shows, on a PostgreSQL of its own. */
@NullMarked
package io.vibee.session.agent.demo;

import org.jspecify.annotations.NullMarked;
