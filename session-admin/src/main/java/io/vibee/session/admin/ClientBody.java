package io.vibee.session.admin;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The body of a request, while it is read: whoever sends it too slowly in all may be cut off. */
final class ClientBody extends FilterInputStream {
  private long since;
  private boolean started;

  ClientBody(InputStream body) {
    super(body);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    if (!started) since = System.nanoTime();
    started = true;
    WorkerThread.mayStall(since);
    int count = receive(bytes, from, length);
    WorkerThread.works();
    return count;
  }

  private int receive(byte[] bytes, int from, int length) throws IOException {
    try {
      return super.read(bytes, from, length);
    } catch (IndexOutOfBoundsException e) {
      // The JDK's server computes with the negative size of such a chunk.
      throw new IOException("a chunk's size is malformed", e);
    }
  }
}
