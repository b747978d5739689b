package io.vibee.session.agent.storm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/** What comes on a connection, line by line. */
final class Lines {
  private final SocketChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(512);
  private final StringBuilder rest = new StringBuilder();

  Lines(SocketChannel channel) {
    this.channel = channel;
  }

  /** Adds the lines that are there; returns whether the connection is still open. */
  boolean read(List<String> lines) {
    boolean open = true;
    try {
      int length;
      while ((length = channel.read(buffer.clear())) > 0) {
        rest.append(US_ASCII.decode(buffer.flip()));
      }
      open = length == 0;
    } catch (IOException e) {
      open = false;
    }
    int end;
    while ((end = rest.indexOf("\n")) >= 0) {
      lines.add(rest.substring(0, end));
      rest.delete(0, end + 1);
    }
    return open;
  }
}
