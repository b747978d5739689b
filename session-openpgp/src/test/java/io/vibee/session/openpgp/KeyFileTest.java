package io.vibee.session.openpgp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.MisconfiguredException;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.CapturedLog;
import io.vibee.session.jdbc.testing.Processes;
import io.vibee.session.jdbc.testing.Tools;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
  private static final String KEY = Canary.MASTER_KEY;
  private static final String EARLIER = TestKeys.RANDOM_HEX;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void createFile() throws IOException {
    file = Files.createFile(directory.resolve("key"));
    permit("rw-------");
  }

  private void permit(String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.TRUNCATE_EXISTING);
  }

  private void refuses(String problem) {
    assertThatThrownBy(() -> KeyFile.open(file))
        .isInstanceOf(MisconfiguredException.class)
        .hasMessageStartingWith("ENCRYPTION_MASTER_KEY_FILE " + file)
        .hasMessageContaining(problem)
        .satisfies(e -> assertThat(Canary.in(e.getMessage())).isEmpty())
        .hasNoCause();
  }

  @Test
  void takesTheFirstLineAsTheCurrentKeyAndFurtherOnesAsEarlierKeys() throws IOException {
    for (String text :
        new String[] {
          KEY + "\n" + EARLIER,
          KEY + "\n" + EARLIER + "\n",
          KEY + "\r\n" + EARLIER + "\r\n",
          KEY + "\n\n\r\n" + EARLIER + "\n\n"
        }) {
      write(text);
      assertThat(KeyFile.open(file).keys()).containsExactly(TestKeys.random(), key(EARLIER));
    }
  }

  private static MasterKey key(String text) {
    return TestKeys.key(text);
  }

  @Test
  void takesAPassphraseAndWarnsOnce() throws IOException {
    write(TestKeys.PASSPHRASE);
    try (CapturedLog log = new CapturedLog("io.vibee.session.openpgp")) {
      KeyProvider opened = KeyFile.open(file);
      assertThat(opened.keys()).containsExactly(TestKeys.passphrase());
      assertThat(opened.keys()).containsExactly(TestKeys.passphrase());
      assertThat(log.lines()).hasSize(1);
      assertThat(log.lines().get(0))
          .startsWith("WARNING a key of ENCRYPTION_MASTER_KEY_FILE " + file + " is a passphrase")
          .doesNotContain(TestKeys.PASSPHRASE);
    }
  }

  @Test
  void rereadsTheFileAndKeepsTheObjectsOfKeysThatStay() throws IOException {
    write(KEY);
    KeyProvider opened = KeyFile.open(file);
    MasterKey first = opened.keys().get(0);
    write(EARLIER + "\n" + KEY);

    assertThat(opened.keys()).containsExactly(key(EARLIER), first);
    assertThat(opened.keys().get(1)).isSameAs(first);
    write(EARLIER);
    assertThat(opened.keys()).containsExactly(key(EARLIER));
  }

  @Test
  void keepsItsKeysWhenTheFileCannotBeUsedLater() throws IOException {
    write(KEY);
    KeyProvider opened = KeyFile.open(file);
    try (CapturedLog log = new CapturedLog("io.vibee.session.openpgp")) {
      write("");
      assertThat(opened.keys()).containsExactly(TestKeys.random());
      permit("rw-r--r--");
      assertThat(opened.keys()).containsExactly(TestKeys.random());
      Files.delete(file);
      assertThat(opened.keys()).containsExactly(TestKeys.random());
      assertThat(log.lines())
          .hasSize(3)
          .allMatch(line -> line.startsWith("WARNING ENCRYPTION_MASTER_KEY_FILE " + file))
          .allMatch(line -> line.endsWith("; the keys that were read before stay in use"));
    }
  }

  @Test
  void acceptsNoHalfOfARandomKeyLater() throws IOException {
    write(KEY);
    KeyProvider opened = KeyFile.open(file);
    String added = EARLIER + "\n" + KEY + "\n";
    try (CapturedLog log = new CapturedLog("io.vibee.session.openpgp")) {
      for (int length = 1; length < EARLIER.length(); length++) {
        write(added.substring(0, length));
        assertThat(opened.keys()).containsExactly(TestKeys.random());
      }
      write(added.substring(0, added.length() - 3));
      assertThat(opened.keys()).containsExactly(TestKeys.random());
      assertThat(log.lines()).allMatch(line -> line.contains("stay in use"));
    }
    write(added);
    assertThat(opened.keys()).containsExactly(key(EARLIER), TestKeys.random());
  }

  @Test
  void aSealerLearnsOfAKeyThatIsAddedToTheFile() throws IOException {
    write(KEY);
    OpenPgpSealer sealer = OpenPgpSealer.of(KeyFile.open(file));
    write(EARLIER + "\n" + KEY);
    assertThat(sealer.holds(key(EARLIER).fingerprint())).isTrue();
    assertThat(sealer.currentFingerprint()).isEqualTo(key(EARLIER).fingerprint());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rw-r-----", "rw--w----", "rw---x---", "rw----r--", "rw-----w-", "rw------x"})
  void refusesAFileThatIsOpenToOthers(String permissions) throws IOException {
    write(KEY);
    permit(permissions);
    refuses("chmod 600");
  }

  @ParameterizedTest
  @ValueSource(strings = {"r--------", "rw-------", "rwx------"})
  void acceptsAFileThatOnlyItsOwnerMayRead(String permissions) throws IOException {
    write(KEY);
    permit(permissions);
    assertThat(KeyFile.open(file).keys()).hasSize(1);
  }

  /** Only root can give a file away, and only root could read it then. */
  @Test
  void asRootRefusesAFileOfAnotherUser() throws IOException {
    boolean root = Objects.equals(KeyFileOwner.ofThisProcess().uid(), 0);
    Tools.require(root, "only root can give a key file to another user");
    write(KEY);
    assertThat(KeyFile.open(file).keys()).hasSize(1);
    KeyProvider opened = KeyFile.open(file);
    Files.setAttribute(file, "unix:uid", 12345);
    refuses("belongs to another user");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    file = link;
    refuses("belongs to another user");
    write(EARLIER);
    assertThat(opened.keys()).containsExactly(TestKeys.random());
  }

  @ParameterizedTest
  @CsvSource({
    "1000, 1000, true", // its own
    "0, 1000, true", // root's, such as a secret of a container
    "0, 0, true",
    "1000, 0, false",
    "1000, 1001, false", // who has CAP_DAC_OVERRIDE
    ", 0, true", // a file system that does not tell
    "1000, , true" // a machine that does not
  })
  void trustsItsOwnUserAndRoot(
      @Nullable Integer owner, @Nullable Integer process, boolean trusted) {
    assertThat(new KeyFileOwner(owner).isTrustedBy(new KeyFileOwner(process))).isEqualTo(trusted);
  }

  @Test
  void knowsTheEffectiveUser() {
    String status = "Name:\tjava\nUid:\t1000\t1001\t1002\t1003\nGid:\t5\t5\t5\t5\n";
    assertThat(KeyFileOwner.ofStatus(status).uid()).isEqualTo(1001);
  }

  @Test
  void followsSymbolicLinksAndChecksTheirTargets() throws IOException {
    write(KEY);
    Path target = file;
    Path middle = Files.createSymbolicLink(directory.resolve("..data"), target);
    file = Files.createSymbolicLink(directory.resolve("mounted"), middle);
    assertThat(KeyFile.open(file).keys()).containsExactly(TestKeys.random());
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
    refuses("chmod 600");
    Files.delete(target);
    refuses("there is no such file");
  }

  @Test
  void warnsOnceWhereTheFileSystemHasNoPermissions() throws IOException {
    URI zip = URI.create("jar:" + directory.resolve("keys.zip").toUri());
    try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"));
        CapturedLog log = new CapturedLog("io.vibee.session.openpgp")) {
      Path zipped = Files.writeString(files.getPath("/key"), KEY);
      KeyProvider opened = KeyFile.open(zipped);
      assertThat(opened.keys()).isEqualTo(opened.keys()).containsExactly(TestKeys.random());
      assertThat(log.lines())
          .containsExactly(
              "WARNING ENCRYPTION_MASTER_KEY_FILE /key: who may read it cannot be checked on this"
                  + " file system");
    }
  }

  @Test
  void refusesAnythingButARegularFile() throws Exception {
    Path pipe = directory.resolve("pipe");
    Process made = Processes.of(Tools.require("mkfifo"), pipe.toString()).start();
    assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
    file = pipe;
    refuses("not a regular file");
    file = directory;
    refuses("not a regular file");
    file = Path.of("/dev/null");
    refuses("not a regular file");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    file = directory.resolve("missing");
    refuses("there is no such file");
  }

  @Test
  void refusesAFileThatItCannotRead() throws IOException {
    write(KEY);
    permit("-w-------");
    if (!Files.isReadable(file)) {
      refuses("may not read");
      return;
    }
    // Root may read everything; but not the memory at address 0.
    file = Path.of("/proc/self/mem");
    refuses("cannot be read");
  }

  @Test
  void refusesAFileOfMoreThan64KiB() throws IOException {
    write(KEY + "\n".repeat(64 * 1024 - KEY.length()));
    assertThat(KeyFile.open(file).keys()).hasSize(1);
    write(KEY + "\n".repeat(64 * 1024 - KEY.length() + 1));
    refuses("larger than 64 KiB");
  }

  @Test
  void refusesBytesThatAreNotUtf8() throws IOException {
    Files.write(file, "Schlüssel".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    refuses("not UTF-8");
    Files.write(file, ("\ufeff" + KEY).getBytes(UTF_8));
    refuses("line 1: a master key must not begin or end with white space or an invisible");
  }

  @Test
  void refusesAFileWithoutACurrentKey() throws IOException {
    for (String text : new String[] {"", "\n", "\r\n", "\n" + KEY}) {
      write(text);
      refuses("line 1: there is no key");
    }
  }

  @Test
  void refusesTheSameKeyTwice() throws IOException {
    write(KEY + "\n" + EARLIER + "\n" + KEY + "\n");
    refuses("line 3: this key is in the file already");
  }

  @Test
  void trimsNothingButCarriageReturns() throws IOException {
    write(KEY + " \n");
    refuses("line 1: a master key must not begin or end with white space");
    write(KEY + "\n" + EARLIER + "\r\r\n");
    refuses("line 2: a master key must not hold control characters");
    write("'" + KEY + "'");
    refuses("line 1: the key is in quotes");
  }
}
