package io.vibee.session.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A client that is not polite: it sends any bytes, and says what came back. */
final class RawHttp {
  private RawHttp() {}

  static Socket connect(int port) {
    try {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(10_000);
      return socket;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static String exchange(int port, String request) {
    return exchange(port, request.getBytes(ISO_8859_1));
  }

  /** What the server sends until it closes; nothing when it only closes. */
  static String exchange(int port, byte[] request) {
    try (Socket socket = connect(port)) {
      try {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
      } catch (IOException e) {
        // It was refused before all of it was sent; the answer tells why, if there is one.
      }
      return readAll(socket);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static String readAll(Socket socket) throws IOException {
    StringBuilder answer = new StringBuilder();
    byte[] buffer = new byte[8192];
    try {
      InputStream in = socket.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        answer.append(new String(buffer, 0, count, ISO_8859_1));
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the server neither answers nor closes; so far: " + answer, e);
    } catch (IOException e) {
      // Reset: what came before counts.
    }
    return answer.toString();
  }
}
