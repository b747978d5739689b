package io.vibee.session.openpgp;

import static io.vibee.session.openpgp.TestKeys.ROW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Secret;
import io.vibee.session.jdbc.seal.SealException;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Checks that pgcrypto reads what is written here, and vice versa as far as {@link Refusal} allows.
 */
class PgcryptoCompatibilityTest {
  private static final String BASE64 = "TWFkZVVwS2V5VGhhdElzVGhpcnR5VHdvQnl0ZXNMb24=";
  private static final List<String> KEYS =
      List.of(BASE64, TestKeys.RANDOM_HEX, "YOUR_NEW_KEY", TestKeys.PASSPHRASE);
  private static final List<String> HASHES =
      List.of("x", "made-up-hash", "h".repeat(255), "Żółw🐢%\\", "🐢".repeat(255));

  @ParameterizedTest
  @EnumSource
  void pgcryptoReadsWhatIsSealedHere(PgServer server) throws Exception {
    try (Connection connection = server.connect();
        PreparedStatement decrypt = connection.prepareStatement("select pgp_sym_decrypt(?, ?)")) {
      for (String key : KEYS) {
        OpenPgpSealer sealer = TestKeys.sealer(TestKeys.key(key));
        String fingerprint = sealer.fingerprints().get(0);
        for (String hash : HASHES) {
          decrypt.setBytes(1, sealer.seal(Secret.of(hash), ROW, fingerprint));
          decrypt.setString(2, key);
          assertThat(value(decrypt)).isEqualTo(hash);
        }
      }
    }
  }

  @Test
  void theDatabaseTakesWhatIsSealedHereAsSealed() throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    try (Connection connection = database.connect();
        PreparedStatement isSealed =
            connection.prepareStatement("select session_hash_is_sealed(?)::text")) {
      for (String key : KEYS) {
        OpenPgpSealer sealer = TestKeys.sealer(TestKeys.key(key));
        for (String hash : HASHES) {
          isSealed.setBytes(1, sealer.seal(Secret.of(hash), ROW, sealer.currentFingerprint()));
          assertThat(value(isSealed)).isEqualTo("true");
        }
      }
    }
  }

  @Test
  void theDatabaseTakesTheSameTextsForRandomKeys() throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    try (Connection connection = database.connect();
        PreparedStatement isRandom =
            connection.prepareStatement("select session_key_is_random(?)::text")) {
      for (String key :
          List.of(
              BASE64,
              TestKeys.RANDOM_HEX,
              TestKeys.PASSPHRASE,
              BASE64.replace('T', '9'),
              BASE64.replace('T', '-'),
              "0".repeat(64),
              "01234567".repeat(8),
              "aaaaaaaa".repeat(7) + "0000000a",
              "aaaaaaaa".repeat(7) + "a0000000")) {
        isRandom.setString(1, key);
        assertThat(value(isRandom)).isEqualTo(String.valueOf(TestKeys.key(key).isRandom()));
      }
    }
  }

  /**
   * Tries every combination of pgcrypto's options: each is read, or refused for the documented
   * reason.
   */
  @ParameterizedTest
  @EnumSource
  void readsOrRefusesWhatPgcryptoWrites(PgServer server) throws Exception {
    SealingKey key = new SealingKey(TestKeys.key(BASE64));
    try (Connection connection = server.connect()) {
      for (PgcryptoOptions options : PgcryptoOptions.all()) {
        byte[] message = encrypt(connection, "made-up-hash", options.text());
        if (message.length == 0) {
          // Some builds have no Blowfish, CAST5, MD5 or RIPEMD-160.
          assertThat(options.isEverywhere()).as(options.text()).isFalse();
        } else {
          assertOutcome(message, options, key);
        }
      }
    }
  }

  private static void assertOutcome(byte[] message, PgcryptoOptions options, SealingKey key)
      throws SealException {
    Refusal refusal = options.refusal();
    if (refusal == null) {
      assertThat(MessageReader.read(message, key).text())
          .as(options.text())
          .isEqualTo(Secret.of("made-up-hash"));
    } else {
      assertThatThrownBy(() -> MessageReader.read(message, key))
          .as(options.text())
          .isExactlyInstanceOf(SealException.class)
          .hasMessage(refusal.text());
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsEveryCountUpToAMegabyte(PgServer server) throws Exception {
    SealingKey key = new SealingKey(TestKeys.key(BASE64));
    try (Connection connection = server.connect()) {
      for (int count : new int[] {1024, 65_536, 253_952, 1_048_576}) {
        byte[] message = encrypt(connection, "made-up-hash", "s2k-count=" + count);
        assertThat(MessageReader.read(message, key).text()).isEqualTo(Secret.of("made-up-hash"));
      }
      long before = key.derivations();
      for (int count : new int[] {1_114_112, 65_011_712}) {
        byte[] message = encrypt(connection, "made-up-hash", "s2k-count=" + count);
        assertThatThrownBy(() -> MessageReader.read(message, key))
            .hasMessage(Refusal.S2K_COUNT.text());
      }
      assertThat(key.derivations()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsTextsOfEveryLengthAndASessionKeyOfAnotherCipher(PgServer server) throws Exception {
    SealingKey key = new SealingKey(TestKeys.key(BASE64));
    try (Connection connection = server.connect()) {
      for (String hash : HASHES) {
        for (String options :
            List.of(
                "cipher-algo=aes256",
                "cipher-algo=aes256, convert-crlf=1",
                "cipher-algo=aes256, sess-key=1, s2k-cipher-algo=aes128",
                "cipher-algo=aes128, sess-key=1, s2k-cipher-algo=aes192")) {
          byte[] message = encrypt(connection, hash, options);
          assertThat(MessageReader.read(message, key).text()).isEqualTo(Secret.of(hash));
        }
      }
    }
  }

  /** pgcrypto's messages are bound to no row, even those in the form that is written here. */
  @ParameterizedTest
  @EnumSource
  void opensNoMessageOfPgcryptosForARow(PgServer server) throws Exception {
    OpenPgpSealer sealer = TestKeys.sealer(TestKeys.key(BASE64));
    try (Connection connection = server.connect()) {
      byte[] same =
          encrypt(
              connection,
              "made-up-hash",
              "cipher-algo=aes256, compress-algo=0, s2k-mode=3, s2k-digest-algo=sha256, s2k-count=1024");
      assertThat(HexFormat.of().formatHex(same, 0, 6)).isEqualTo("c30d04090308");
      assertThatThrownBy(() -> sealer.open(same, ROW, sealer.currentFingerprint()))
          .hasMessage(Refusal.UNBOUND.text());
      byte[] plain = encrypt(connection, "made-up-hash", "");
      assertThatThrownBy(() -> sealer.open(plain, ROW, sealer.currentFingerprint()))
          .hasMessage(Refusal.NOT_SEALED.text());
    }
  }

  /** Returns no bytes if this server's pgcrypto lacks what the options ask for. */
  private static byte[] encrypt(Connection connection, String text, String options)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select pgp_sym_encrypt(?, ?, ?)")) {
      statement.setString(1, text);
      statement.setString(2, BASE64);
      statement.setString(3, options);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBytes(1);
      }
    } catch (SQLException e) {
      assertThat(e.getSQLState()).as("%s: %s", options, e.getMessage()).isIn("39000", "22023");
      return new byte[0];
    }
  }

  private static String value(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }
}
