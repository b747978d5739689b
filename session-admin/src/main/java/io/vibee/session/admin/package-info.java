/** The REST API and page to manage sessions, for an agent's own process. */
@NullMarked
package io.vibee.session.admin;

import org.jspecify.annotations.NullMarked;
