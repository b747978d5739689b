package io.vibee.session.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.session.admin.http.Query;
import io.vibee.session.admin.http.Request;
import java.util.List;

/**
 * A request that was let in, as its operation sees it.
 *
 * @param request what was sent
 * @param ids the ids of its path, decoded
 * @param query the parameters
 * @param body what was sent in it; empty for a route that takes none
 * @param actor in whose name it acts
 */
record Call(Request request, List<String> ids, Query query, ObjectNode body, String actor) {
  Call {
    ids = List.copyOf(ids);
  }

  /** Without the body: a POST's has the hash in it. */
  @Override
  public String toString() {
    return "Call[ids=" + ids + ", actor=" + actor + "]";
  }

  String id() {
    return ids.get(0);
  }
}
