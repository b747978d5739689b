package io.vibee.session.jdbc.url;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Speaks just enough of the protocol to see what the driver really sends: it declines TLS, reads
 * the startup message, asks for the password in clear text, and refuses it.
 */
final class FakeServer implements AutoCloseable {
  private static final int SSL_REQUEST = 80_877_103;

  private final ServerSocket socket;
  private final CompletableFuture<Map<String, String>> seen;

  FakeServer() throws IOException {
    socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    seen = CompletableFuture.supplyAsync(this::serve, task -> new Thread(task, "fake").start());
  }

  int port() {
    return socket.getLocalPort();
  }

  /** The startup parameters, and under "password" what was sent when asked for it, if anything. */
  Map<String, String> seen() {
    return seen.join();
  }

  private Map<String, String> serve() {
    Map<String, String> heard = new LinkedHashMap<>();
    try (var client = socket.accept();
        var in = new DataInputStream(client.getInputStream());
        var out = new DataOutputStream(client.getOutputStream())) {
      readStartup(in, out, heard);
      out.write('R');
      out.writeInt(8);
      out.writeInt(3);
      readPassword(in, heard);
      byte[] error = "SFATAL\0C28P01\0Mno\0\0".getBytes(UTF_8);
      out.write('E');
      out.writeInt(error.length + 4);
      out.write(error);
    } catch (EOFException e) {
      // The driver hung up: what it said before is all there is.
      return heard;
    } catch (IOException e) {
      heard.put("broken", e.toString());
    }
    return heard;
  }

  private static void readStartup(
      DataInputStream in, DataOutputStream out, Map<String, String> heard) throws IOException {
    int length = in.readInt();
    int code = in.readInt();
    if (code == SSL_REQUEST) {
      out.write('N');
      length = in.readInt();
      in.readInt();
    }
    String[] words = new String(in.readNBytes(length - 8), UTF_8).split("\0", -1);
    for (int i = 0; i + 1 < words.length && !words[i].isEmpty(); i += 2) {
      heard.put(words[i], words[i + 1]);
    }
  }

  private static void readPassword(DataInputStream in, Map<String, String> heard)
      throws IOException {
    in.readByte();
    byte[] message = in.readNBytes(in.readInt() - 4);
    heard.put("password", new String(message, 0, message.length - 1, UTF_8));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
