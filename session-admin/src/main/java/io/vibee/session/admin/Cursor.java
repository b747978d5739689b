package io.vibee.session.admin;

import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Where a page of sessions ended. Opaque, so that clients do not count on what it stands for. */
final class Cursor {
  private Cursor() {}

  static String of(long id) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
  }

  /** The id in a parameter; the lowest one of all if it is not there. */
  static long read(Query query, String name) {
    @Nullable String text = query.text(name);
    if (text == null) return Long.MIN_VALUE;
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      long id = bytes.length == Long.BYTES ? ByteBuffer.wrap(bytes).getLong() : -1;
      if (id >= 0 && of(id).equals(text)) return id;
    } catch (IllegalArgumentException e) {
      // Not one of ours.
    }
    throw Query.wrong(name, "must be a \"next\" that this server gave");
  }
}
