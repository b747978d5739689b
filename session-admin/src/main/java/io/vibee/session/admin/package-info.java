/**
 * The REST API and page to manage sessions, for an agent's own process. An agent starts an {@link
 * io.vibee.session.admin.AdminServer}, or mounts an {@link io.vibee.session.admin.AdminHandler} in
 * a server it has; the other visible types are what the two are built with and what they report.
 */
@NullMarked
package io.vibee.session.admin;

import org.jspecify.annotations.NullMarked;
