package io.vibee.session.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.cli.terminal.FailedException;
import io.vibee.session.cli.terminal.FailedException.Reason;
import io.vibee.session.cli.terminal.Format;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a whole backup and checks it, so that nothing is stored of one that is damaged. */
public final class BackupReader {
  private final List<Session> sessions = new ArrayList<>();
  private final Set<String> userIds = new HashSet<>();
  private final Set<String> sessionIds = new HashSet<>();
  private int lines;
  private int counted = -1;
  private @Nullable String problem;

  BackupReader() {}

  /**
   * Decrypts and reads a file.
   *
   * @return all of its sessions
   * @throws FailedException if it cannot be decrypted, or something in it is not as it should be
   */
  public static List<Session> read(Path file, Secret passphrase) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      BackupReader reader = new BackupReader();
      // After that, since what is wrong inside counts only if the message was whole.
      BackupCipher.decrypt(in, passphrase, reader::readAll);
      return reader.sessions();
    } catch (IOException e) {
      throw new FailedException(
          Reason.REFUSED, "the backup cannot be read: check the file's name and rights");
    }
  }

  /** Takes in the clear text and leaves it open: the rest of the message is still to be read. */
  void readAll(InputStream clear) throws IOException {
    try {
      BufferedReader in = new BufferedReader(new InputStreamReader(clear, UTF_8.newDecoder()));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines++;
        read(BackupLine.parse(line));
      }
    } catch (IllegalArgumentException e) {
      problem = "line " + lines + ": " + Format.complaint(e);
    }
  }

  /** Returns the sessions of a backup in which all was as it should be. */
  List<Session> sessions() {
    if (problem == null && counted < 0) problem = "its end is missing";
    if (problem == null) return sessions;
    throw new FailedException(
        Reason.REFUSED, "the backup is malformed, nothing was changed: " + problem);
  }

  private void read(JsonNode line) {
    if (lines == 1) {
      checkHeader(line);
    } else if (counted >= 0) {
      throw new IllegalArgumentException("something follows its end");
    } else if (line.has("sessions")) {
      counted = BackupLine.number(line, "sessions");
      if (counted != sessions.size()) {
        throw new IllegalArgumentException("it holds another number of sessions than it says");
      }
    } else {
      add(BackupLine.toSession(line));
    }
  }

  private static void checkHeader(JsonNode line) {
    if (!line.path("format").asText().equals(BackupLine.FORMAT)) {
      throw new IllegalArgumentException("it is not a backup of vibee-session");
    }
    if (BackupLine.number(line, "version") != BackupLine.VERSION) {
      throw new IllegalArgumentException("another version of vibee-session wrote it: use that one");
    }
  }

  private void add(Session session) {
    if (!userIds.add(session.userId()) || !sessionIds.add(session.sessionId())) {
      throw new IllegalArgumentException("a user or session is in it twice");
    }
    sessions.add(session);
  }
}
