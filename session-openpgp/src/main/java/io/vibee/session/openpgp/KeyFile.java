package io.vibee.session.openpgp;

import io.vibee.session.MisconfiguredException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads keys from a file, again each time that it is asked for them: the current key in the first
 * line, earlier keys in the lines after it, with empty lines ignored. Drops a carriage return at
 * the end of a line, and nothing else.
 *
 * <p>A file that cannot be used at the start is an error. One that cannot be used later, perhaps
 * because somebody is writing it, is logged, and the keys that are held stay in use. The first half
 * of a random key looks like a passphrase, and rows sealed with it would be lost; so after a start
 * with random keys only, no passphrase is accepted. Half a passphrase cannot be told from a whole
 * one; replacing the file by renaming another is safe in both cases.
 */
final class KeyFile implements KeyProvider {
  private static final Logger log = LoggerFactory.getLogger(KeyFile.class);

  private final Path file;
  private List<MasterKey> held = List.of();

  private KeyFile(Path file) {
    this.file = file;
  }

  static KeyFile open(Path file) {
    KeyFile opened = new KeyFile(file);
    opened.read();
    if (!KeyFileBytes.hasPermissions(file)) {
      log.warn("{}: who may read it cannot be checked on this file system", opened.place());
    }
    return opened;
  }

  @Override
  public synchronized List<MasterKey> keys() {
    try {
      read();
    } catch (MisconfiguredException e) {
      log.warn("{}; the keys that were read before stay in use", e.getMessage());
    }
    return held;
  }

  private synchronized void read() {
    List<MasterKey> keys = parse(text());
    if (mayBeHalfAKey(keys)) {
      throw new MisconfiguredException(
          place()
              + ": a passphrase was added to random keys, perhaps half of a key: write the file"
              + " again, or restart to use it");
    }
    for (int i = 0; i < keys.size(); i++) {
      MasterKey key = keys.get(i);
      int known = held.indexOf(key);
      // Keeps the object, which has its fingerprint already: that of a passphrase takes time.
      if (known >= 0) keys.set(i, held.get(known));
      else EnvironmentKeys.warnIfPassphrase("a key of " + place(), key);
    }
    held = List.copyOf(keys);
  }

  private boolean mayBeHalfAKey(List<MasterKey> keys) {
    return !held.isEmpty()
        && held.stream().allMatch(MasterKey::isRandom)
        && !keys.stream().allMatch(MasterKey::isRandom);
  }

  private String text() {
    byte[] bytes = KeyFileBytes.read(file, place());
    try {
      return Utf8.decode(bytes, 0, bytes.length);
    } catch (CharacterCodingException e) {
      throw new MisconfiguredException(place() + ": the file is not UTF-8");
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private List<MasterKey> parse(String text) {
    String[] lines = text.split("\n", -1);
    List<MasterKey> keys = new ArrayList<>();
    for (int i = 0; i < lines.length; i++) {
      String line =
          lines[i].endsWith("\r") ? lines[i].substring(0, lines[i].length() - 1) : lines[i];
      // The first line is the current key, so it cannot be left out.
      if (line.isEmpty() && i > 0) continue;
      String place = place() + ", line " + (i + 1);
      MasterKey key = EnvironmentKeys.key(place, line);
      if (keys.contains(key)) {
        throw new MisconfiguredException(place + ": this key is in the file already");
      }
      keys.add(key);
    }
    return keys;
  }

  private String place() {
    return EnvironmentKeys.FILE + " " + file;
  }
}
