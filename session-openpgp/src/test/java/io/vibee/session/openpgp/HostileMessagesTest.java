package io.vibee.session.openpgp;

import static io.vibee.session.openpgp.Forge.bytes;
import static io.vibee.session.openpgp.Forge.encrypted;
import static io.vibee.session.openpgp.Forge.flipped;
import static io.vibee.session.openpgp.Forge.literal;
import static io.vibee.session.openpgp.Forge.message;
import static io.vibee.session.openpgp.Forge.packet;
import static io.vibee.session.openpgp.Forge.session;
import static io.vibee.session.openpgp.TestKeys.ROW;
import static io.vibee.session.openpgp.TestKeys.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.jdbc.seal.SealException;
import io.vibee.session.jdbc.testing.Canary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

/** Reads messages that somebody made to cost work or memory, or to yield a wrong text. */
class HostileMessagesTest {
  private static final String KEY = Canary.MASTER_KEY;
  private static final byte[] INSIDE = literal(RowBinding.name(ROW), "hash");
  private static final byte[] DATA = packet(18, bytes(1), encrypted(KEY, INSIDE));

  private final SealingKey key = new SealingKey(TestKeys.random());
  private final OpenPgpSealer sealer = TestKeys.sealer(TestKeys.random());
  private final Random random = new Random(20261122);

  private void refuses(byte[] message, Refusal refusal) {
    for (int i = 0; i < 2; i++) {
      boolean forRow = i == 1;
      assertThatThrownBy(() -> read(message, forRow))
          .isExactlyInstanceOf(SealException.class)
          .hasMessage(refusal.text())
          .hasNoCause();
    }
  }

  private void read(byte[] message, boolean forRow) throws SealException {
    if (forRow) sealer.open(message, ROW, TestKeys.random().fingerprint());
    else MessageReader.read(message, key);
  }

  @Test
  void doesNoWorkForAnExcessiveCount() {
    for (int count = 0xa1; count <= 0xff; count++) {
      refuses(join(session(9, 8, count), DATA), Refusal.S2K_COUNT);
    }
    assertThat(key.derivations()).isZero();
  }

  @Test
  void doesNoWorkForAWrongForm() {
    byte[] fourGigabytes = bytes(0xd2, 255, 255, 255, 255, 255, 1);
    byte[] parts = join(bytes(0xd2, 0xe5), new byte[32], bytes(8), new byte[8]);
    refuses(new byte[0], Refusal.BROKEN_FORM);
    refuses(new byte[2049], Refusal.TOO_LONG);
    refuses(new byte[10_000_000], Refusal.TOO_LONG);
    refuses(session(), Refusal.BROKEN_FORM);
    refuses(join(session(), bytes(0xd2)), Refusal.BROKEN_FORM);
    refuses(join(session(), bytes(0xd2, 192)), Refusal.BROKEN_FORM);
    refuses(join(session(), packet(18)), Refusal.BROKEN_FORM);
    refuses(join(session(), packet(18, bytes(1))), Refusal.BROKEN_FORM);
    refuses(join(session(), packet(18, bytes(1), new byte[39])), Refusal.BROKEN_FORM);
    refuses(join(session(), fourGigabytes, new byte[64]), Refusal.INDEFINITE_LENGTH);
    refuses(join(bytes(0xc3, 255, 0, 0, 0, 13), new byte[13], DATA), Refusal.INDEFINITE_LENGTH);
    refuses(join(session(), parts), Refusal.INDEFINITE_LENGTH);
    refuses(join(bytes(0xc3, 255), new byte[3]), Refusal.INDEFINITE_LENGTH);
    refuses(join(packet(3), DATA), Refusal.BROKEN_FORM);
    refuses(join(packet(3, bytes(4)), DATA), Refusal.BROKEN_FORM);
    refuses(join(packet(3, bytes(4, 9)), DATA), Refusal.BROKEN_FORM);
    refuses(join(packet(3, bytes(4, 9, 3)), DATA), Refusal.BROKEN_FORM);
    refuses(join(packet(3, bytes(4, 9, 3, 8)), DATA), Refusal.BROKEN_FORM);
    refuses(join(packet(3, bytes(4, 9, 3, 8), new byte[8]), DATA), Refusal.BROKEN_FORM);
    refuses(join(packet(3, bytes(4, 9, 0, 8), new byte[16]), DATA), Refusal.BROKEN_FORM);
    refuses(join(packet(3, bytes(4, 9, 101, 8), new byte[9]), DATA), Refusal.S2K_MODE);
    refuses(join(session(), packet(18, bytes(2, 9, 2, 6), new byte[64])), Refusal.VERSION);
    refuses(join(packet(3, bytes(6, 9, 3, 8), new byte[9]), DATA), Refusal.VERSION);
    refuses(bytes(0x03, 0x00, 0x00), Refusal.BROKEN_FORM);
    assertThat(key.derivations()).isZero();
  }

  @Test
  void doesNoWorkForOtherPackets() {
    for (int tag : new int[] {0, 1, 2, 4, 5, 6, 8, 10, 11, 12, 13, 14, 17, 19, 20, 21, 63}) {
      refuses(join(packet(tag, new byte[13]), DATA), Refusal.NOT_BY_PASSPHRASE);
      refuses(join(session(), packet(tag, new byte[64])), Refusal.NOT_BY_PASSPHRASE);
    }
    refuses(join(session(), session(), DATA), Refusal.NOT_BY_PASSPHRASE);
    refuses(join(session(), packet(9, new byte[64])), Refusal.NO_MDC);
    refuses(packet(9, new byte[64]), Refusal.NO_MDC);
    refuses(join(session(), DATA, session()), Refusal.BROKEN_FORM);
    refuses(join(session(), DATA, packet(19, new byte[20])), Refusal.BROKEN_FORM);
    assertThat(key.derivations()).isZero();
  }

  @Test
  void unpacksNothing() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (DeflaterOutputStream zlib = new DeflaterOutputStream(bomb)) {
      zlib.write(literal('u', "", new byte[1_000_000]));
    }
    for (int algorithm = 0; algorithm < 4; algorithm++) {
      refuses(message(KEY, packet(8, bytes(algorithm), bomb.toByteArray())), Refusal.COMPRESSED);
    }
  }

  @Test
  void refusesEverythingInsideButOneText() {
    Map<String, byte[]> insides =
        Map.ofEntries(
            Map.entry("nothing", new byte[0]),
            Map.entry("one byte", bytes(0xcb)),
            Map.entry("an empty literal packet", packet(11)),
            Map.entry("a literal packet without its date", packet(11, bytes('u', 0))),
            Map.entry("a name longer than the packet", packet(11, bytes('u', 255), new byte[30])),
            Map.entry("a packet longer than the message", join(bytes(0xcb, 100), new byte[40])),
            Map.entry(
                "a length of 4 GiB", join(bytes(0xcb, 255, 255, 255, 255, 255), new byte[40])),
            Map.entry(
                "a long form of a short length",
                join(bytes(0xcb, 255, 0, 0, 0, 7, 'u', 0), new byte[4], bytes('x'))),
            Map.entry("parts", join(bytes(0xcb, 0xe4, 'u', 0), new byte[14], bytes(1, 'x'))),
            Map.entry("an old header", join(bytes(0xac, 7, 'u', 0), new byte[4], bytes('x'))),
            Map.entry("no header", INSIDE.clone()),
            Map.entry("two texts", join(INSIDE, INSIDE)),
            Map.entry("a byte behind the text", join(INSIDE, bytes(0))),
            Map.entry("a second digest", join(INSIDE, packet(19, new byte[20]))),
            Map.entry("a signature", join(packet(2, new byte[20]), INSIDE)),
            Map.entry("a message", message(KEY, INSIDE)),
            Map.entry("encrypted data", DATA),
            Map.entry("another format", literal('l', RowBinding.name(ROW), bytes('x'))));
    insides.get("no header")[0] = 0x4b;
    insides.forEach(
        (what, inside) -> {
          assertThat(inside).as(what).isNotNull();
          refuses(message(KEY, inside), Refusal.NOT_ONE_TEXT);
        });
  }

  @Test
  void refusesADigestThatIsNotInItsPacket() {
    byte[] whole = join(Forge.prefix(), INSIDE, bytes(0xd3, 20));
    for (int[] header : new int[][] {{0xd3, 21}, {0xd2, 20}, {0, 0}}) {
      byte[] hashed = join(Forge.prefix(), INSIDE, bytes(header));
      refuses(sealed(join(hashed, Forge.digest("SHA-1", hashed))), Refusal.CHANGED);
    }
    byte[] unequal = flipped(whole, 16 * 8);
    refuses(sealed(join(unequal, Forge.digest("SHA-1", unequal))), Refusal.CHANGED);
    refuses(sealed(join(whole, new byte[20])), Refusal.CHANGED);
    refuses(sealed(join(whole, Forge.digest("SHA-1", INSIDE))), Refusal.CHANGED);
  }

  private static byte[] sealed(byte[] plain) {
    return join(session(), packet(18, bytes(1), Forge.cfb(Forge.derive(KEY), plain)));
  }

  @Test
  void refusesAMalformedSessionKey() {
    for (int length : new int[] {17, 25, 33}) {
      byte[] withKey = packet(3, bytes(4, 9, 3, 8), Forge.SALT, bytes(0), new byte[length]);
      assertThatThrownBy(() -> read(join(withKey, DATA), false)).hasMessage(Refusal.CHANGED.text());
      assertThatThrownBy(() -> read(join(withKey, DATA), true))
          .hasMessage(Refusal.NOT_SEALED.text());
    }
    for (int length : new int[] {1, 16, 18, 32, 34, 64}) {
      byte[] withKey = packet(3, bytes(4, 9, 3, 8), Forge.SALT, bytes(0), new byte[length]);
      refuses(join(withKey, DATA), Refusal.BROKEN_FORM);
    }
  }

  @Test
  void refusesTextsThatAreNotUtf8() {
    for (byte[] text :
        List.of(bytes(0x80), bytes(0xc0, 0x80), bytes(0xed, 0xa0, 0x80), bytes('x', 0xf5))) {
      refuses(message(KEY, literal('u', RowBinding.name(ROW), text)), Refusal.NOT_UTF8);
    }
  }

  @Test
  void refusesNamesThatAreAlmostTheRows() throws SealException {
    String name = RowBinding.name(ROW);
    read(message(KEY, literal(name, "hash")), true);
    List<String> names =
        List.of(
            "",
            "vibee1.",
            "vibee1.1.",
            name + "=",
            name + "\0",
            " " + name,
            name.substring(1),
            name.substring(0, name.length() - 1),
            name.replace("vibee1.1.", "vibee1.01."),
            name.replace("vibee1.", "vibee2."),
            name.replace("vibee1.1.", "vibee1.2."),
            name.replace("vibee1.1.", "vibee1.-1."),
            name.replace("vibee1.1.", "vibee1.9999999999."),
            name.toLowerCase(java.util.Locale.ROOT));
    for (String other : names) {
      byte[] message = message(KEY, literal(other, "hash"));
      assertThatThrownBy(() -> read(message, true))
          .isExactlyInstanceOf(SealException.class)
          .hasMessageMatching(
              "bound to no row.*|made for another row|made for key version (2|-1|9999999999)");
    }
  }

  @Test
  void refusesRandomBytes() {
    for (int i = 0; i < 10_000; i++) {
      byte[] message = new byte[random.nextInt(300)];
      random.nextBytes(message);
      assertThatThrownBy(() -> MessageReader.read(message, key)).isInstanceOf(SealException.class);
    }
    assertThat(key.derivations()).isZero();
  }

  @Test
  void refusesRandomChanges() {
    List<byte[]> formed =
        List.of(
            message(KEY, INSIDE),
            message(KEY, literal("", "x".repeat(500))),
            join(packet(3, bytes(4, 7, 0, 2)), DATA),
            join(packet(3, bytes(4, 8, 1, 10), Forge.SALT), DATA),
            join(packet(3, bytes(4, 9, 3, 8), Forge.SALT, bytes(0), new byte[33]), DATA));
    for (int i = 0; i < 10_000; i++) {
      byte[] message = formed.get(i % formed.size()).clone();
      // Mostly in the headers, which decide everything; not in the count, which costs time.
      int changes = 1 + random.nextInt(4);
      for (int j = 0; j < changes; j++) {
        int at = random.nextInt(4) == 0 ? random.nextInt(message.length) : random.nextInt(14);
        message[at] = (byte) (message[at] + 1 + random.nextInt(255));
      }
      // Two changes of one byte may undo each other.
      if (Arrays.equals(message, formed.get(i % formed.size()))) continue;
      assertThatThrownBy(() -> MessageReader.read(message, key)).isInstanceOf(SealException.class);
    }
  }
}
