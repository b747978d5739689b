package io.vibee.session.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/**
 * A request that nobody means well with.
 *
 * @param name what is wrong with it
 * @param request what is sent, each character a byte
 * @param statuses those that may answer it; {@link #CLOSED} stands for a connection just closed
 */
record HostileRequest(String name, String request, List<Integer> statuses) {
  static final int CLOSED = 0;

  static HostileRequest hostile(String name, String request, Integer... statuses) {
    return new HostileRequest(name, request, List.of(statuses));
  }

  static HostileRequest hostile(String name, byte[] request, Integer... statuses) {
    return hostile(name, new String(request, ISO_8859_1), statuses);
  }

  @Override
  public String toString() {
    return name;
  }
}
