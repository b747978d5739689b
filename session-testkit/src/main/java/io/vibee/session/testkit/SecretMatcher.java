package io.vibee.session.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds secrets in bytes, in one pass however many there are: four bytes at a time are looked up
 * among the first four of all forms. Immutable, thread-safe.
 */
final class SecretMatcher {
  static final int SHORTEST = 8;
  static final SecretMatcher EMPTY = new SecretMatcher(List.of());

  private static final byte[] MASK = "***".getBytes(UTF_8);
  private static final int KEYS = 1 << 16;

  /** One form of one secret; a class, since a record would compare the array by identity. */
  private static final class Needle {
    final String name;
    final byte[] form;

    Needle(String name, byte[] form) {
      this.name = name;
      this.form = form;
    }
  }

  private final List<Needle> needles;
  private final Map<Integer, List<Needle>> byKey = new HashMap<>();
  private final BitSet keys = new BitSet(KEYS);

  /**
   * Bytes that occur in a form anywhere but at its end: a text that ends with one may be
   * unfinished.
   */
  private final boolean[] unfinished = new boolean[256];

  private final int longest;

  private SecretMatcher(List<Needle> needles) {
    this.needles = needles;
    int length = 0;
    for (Needle needle : needles) {
      int key = key(needle.form, 0);
      byKey.computeIfAbsent(key, any -> new ArrayList<>()).add(needle);
      keys.set(key);
      for (int i = 0; i < needle.form.length - 1; i++) unfinished[needle.form[i] & 0xff] = true;
      length = Math.max(length, needle.form.length);
    }
    longest = length;
  }

  /** Returns a matcher for one more secret, unless that is already known by another name. */
  SecretMatcher with(String name, String secret) {
    byte[][] forms = SecretForms.of(secret);
    if (needles.stream().anyMatch(needle -> Arrays.equals(needle.form, forms[0]))) return this;
    List<Needle> all = new ArrayList<>(needles);
    for (byte[] form : forms) all.add(new Needle(name, form));
    return new SecretMatcher(all);
  }

  /** Names the secrets in a text, and marks their places. */
  Set<String> find(byte[] text, BitSet places) {
    Set<String> names = new LinkedHashSet<>();
    for (int i = 0; i + SHORTEST <= text.length; i++) {
      int key = key(text, i);
      if (!keys.get(key)) continue;
      for (Needle needle : byKey.getOrDefault(key, List.of())) {
        if (startsWith(text, i, needle.form, needle.form.length)) {
          names.add(needle.name);
          places.set(i, i + needle.form.length);
        }
      }
    }
    return names;
  }

  /** Names the secrets in a text. */
  Set<String> find(String text) {
    return find(text.getBytes(UTF_8), new BitSet());
  }

  /** Counts the bytes at the end of a text that may be the beginning of a secret. */
  int unfinished(byte[] text) {
    int start = text.length;
    int limit = Math.max(0, text.length - longest + 1);
    while (start > limit && unfinished[text[start - 1] & 0xff]) start--;
    for (; start < text.length; start++) {
      int length = text.length - start;
      for (Needle needle : needles) {
        if (startsWith(text, start, needle.form, length)) return length;
      }
    }
    return 0;
  }

  /** Returns a text with its secrets replaced. */
  String mask(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    BitSet places = new BitSet();
    find(bytes, places);
    return places.isEmpty() ? text : new String(mask(bytes, bytes.length, places), UTF_8);
  }

  /** Returns the first bytes of a text with the marked places replaced. */
  static byte[] mask(byte[] text, int length, BitSet places) {
    ByteArrayOutputStream masked = new ByteArrayOutputStream(length);
    int from = 0;
    for (int at = places.nextSetBit(0); at >= 0; at = places.nextSetBit(from)) {
      masked.write(text, from, at - from);
      masked.writeBytes(MASK);
      from = places.nextClearBit(at);
    }
    masked.write(text, from, length - from);
    return masked.toByteArray();
  }

  private static boolean startsWith(byte[] text, int start, byte[] form, int length) {
    return length <= form.length
        && start + length <= text.length
        && text[start] == form[0]
        && Arrays.equals(text, start, start + length, form, 0, length);
  }

  private static int key(byte[] text, int at) {
    int four = (text[at] << 24) ^ (text[at + 1] << 16) ^ (text[at + 2] << 8) ^ text[at + 3];
    return (four * 0x9E3779B1) >>> 16;
  }
}
