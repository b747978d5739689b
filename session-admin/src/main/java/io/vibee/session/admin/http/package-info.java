/**
 * What any small HTTP API over the JDK's server needs, and nothing that knows of sessions. {@link
 * io.vibee.session.admin.http.BoundedServer} listens and cuts off those who stall; {@link
 * io.vibee.session.admin.http.ExchangeHandler} turns an exchange into a {@link
 * io.vibee.session.admin.http.Request}, refuses what a browser was talked into, and sends the
 * {@link io.vibee.session.admin.http.Response} that its service gives.
 */
@NullMarked
package io.vibee.session.admin.http;

import org.jspecify.annotations.NullMarked;
