package io.vibee.session.admin;

import java.io.InputStream;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One request, whatever server it came through.
 *
 * @param method as it was sent
 * @param mount the path below which the client sees the API, without a slash at its end
 * @param path the rest of the path, still percent-encoded
 * @param query the query, still percent-encoded; null for none
 * @param headers the header fields
 * @param local the address that the client connected to
 * @param remote the client's address
 * @param body what follows the header; reading it may block
 */
record Request(
    String method,
    String mount,
    String path,
    @Nullable String query,
    RequestHeaders headers,
    InetSocketAddress local,
    InetSocketAddress remote,
    InputStream body) {

  boolean hasBody() {
    if (headers.has("Transfer-Encoding")) return true;
    return headers.all("Content-Length").stream().anyMatch(length -> !length.equals("0"));
  }

  boolean isLoopback() {
    return local.getAddress().isLoopbackAddress();
  }
}
