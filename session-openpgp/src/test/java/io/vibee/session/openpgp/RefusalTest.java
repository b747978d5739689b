package io.vibee.session.openpgp;

import static io.vibee.session.openpgp.Forge.bytes;
import static io.vibee.session.openpgp.Forge.encrypted;
import static io.vibee.session.openpgp.Forge.literal;
import static io.vibee.session.openpgp.Forge.message;
import static io.vibee.session.openpgp.Forge.packet;
import static io.vibee.session.openpgp.Forge.session;
import static io.vibee.session.openpgp.TestKeys.ROW;
import static io.vibee.session.openpgp.TestKeys.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.jdbc.seal.SealContext;
import io.vibee.session.jdbc.seal.SealException;
import io.vibee.session.jdbc.testing.Canary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks for each reason that there is a message refused for that reason and no other. */
class RefusalTest {
  private static final String KEY = Canary.MASTER_KEY;
  private static final String NAME = RowBinding.name(ROW);
  private static final byte[] INSIDE = literal(NAME, "hash");

  private final OpenPgpSealer sealer = TestKeys.sealer(TestKeys.random());

  @ParameterizedTest
  @EnumSource
  void refusesAMessageForEachReason(Refusal refusal) {
    SealingKey key = new SealingKey(TestKeys.random());
    if (refusal.compareTo(Refusal.NOT_SEALED) < 0) {
      assertThatThrownBy(() -> MessageReader.read(sample(refusal), key))
          .isExactlyInstanceOf(SealException.class)
          .hasMessage(refusal.text())
          .hasNoCause();
    }
    boolean byForm = refusal.compareTo(Refusal.S2K_COUNT) <= 0;
    assertThat(key.derivations()).isEqualTo(byForm || refusal.compareTo(Refusal.EMPTY) > 0 ? 0 : 1);
    String message = refusal.text().replace("%s", "7");
    assertThatThrownBy(() -> sealer.open(sample(refusal), ROW, TestKeys.random().fingerprint()))
        .isExactlyInstanceOf(SealException.class)
        .hasMessage(message)
        .hasNoCause();
  }

  @Test
  void opensTheMessageThatTheSamplesAreMadeOf() throws SealException {
    assertThat(
            sealer.open(message(KEY, INSIDE), ROW, TestKeys.random().fingerprint()).exposeSecret())
        .isEqualTo("hash");
  }

  private static byte[] sample(Refusal refusal) {
    byte[] data = packet(18, bytes(1), encrypted(KEY, INSIDE));
    return switch (refusal) {
      case TOO_LONG -> message(KEY, literal(NAME, "x".repeat(2048)));
      case BROKEN_FORM -> join(session(), data, bytes(0));
      case OLD_HEADER -> join(bytes(0x8c, 13), bytes(4, 9, 3, 8), Forge.SALT, bytes(0), data);
      case INDEFINITE_LENGTH ->
          join(session(), bytes(0xd2, 0xe4), new byte[16], bytes(4, 1, 2, 3, 4));
      case NOT_BY_PASSPHRASE -> join(packet(1, new byte[20]), data);
      case NO_MDC -> join(session(), packet(9, encrypted(KEY, INSIDE)));
      case VERSION -> join(packet(3, bytes(5, 9, 3, 8), Forge.SALT, bytes(0)), data);
      case CIPHER -> join(session(4, 8, 0), data);
      case S2K_MODE -> join(packet(3, bytes(4, 9, 4, 8), Forge.SALT, bytes(0)), data);
      case S2K_DIGEST -> join(session(9, 1, 0), data);
      case S2K_COUNT -> join(session(9, 8, 0xa1), data);
      case CHANGED -> message("another key", INSIDE);
      case COMPRESSED -> message(KEY, packet(8, bytes(0), INSIDE));
      case NOT_ONE_TEXT -> message(KEY, join(INSIDE, INSIDE));
      case NOT_UTF8 -> message(KEY, literal('u', NAME, bytes(0xc3, 0x28)));
      case EMPTY -> message(KEY, literal(NAME, ""));
      case NOT_SEALED -> join(session(7, 8, 0), data);
      case UNBOUND -> message(KEY, literal("", "hash"));
      case OTHER_VERSION -> message(KEY, literal(RowBinding.name(row(7)), "hash"));
      case OTHER_ROW ->
          message(KEY, literal(RowBinding.name(new SealContext("2", "sess_1", 94892, 1)), "hash"));
    };
  }

  private static SealContext row(int keyVersion) {
    return new SealContext(ROW.userId(), ROW.sessionId(), ROW.apiId(), keyVersion);
  }
}
