package io.vibee.session.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.cli.terminal.FailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole or not there, whoever else writes at the same time. */
class PrivateFileTest {
  @TempDir Path folder;

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void leavesAnotherWritersHalfWrittenFileAlone() throws IOException {
    Path target = folder.resolve("backup");
    PrivateFile first = new PrivateFile(target, true);
    PrivateFile second = new PrivateFile(target, true);
    first.write(
        out -> {
          out.write(bytes("the first "));
          out.flush();
          second.write(other -> other.write(bytes("the second, whole")));
          assertThat(target).hasContent("the second, whole");
          out.write(bytes("one, whole"));
        });
    assertThat(target).hasContent("the first one, whole");
    assertThat(files()).containsExactly(target);
  }

  @Test
  void replacesNoFileThatCameWhileItWrote() {
    Path target = folder.resolve("backup");
    PrivateFile file = new PrivateFile(target, false);
    assertThatThrownBy(() -> file.write(out -> Files.writeString(target, "somebody's")))
        .isInstanceOf(FailedException.class)
        .hasMessageContaining("--force");
    assertThat(target).hasContent("somebody's");
    assertThat(folder.toFile().list()).containsExactly("backup");
  }

  @Test
  void isForItsOwnerAloneWhileItIsWritten() throws IOException {
    new PrivateFile(folder.resolve("backup"), false)
        .write(
            out -> {
              assertThat(files()).hasSize(1);
              assertThat(
                      PosixFilePermissions.toString(Files.getPosixFilePermissions(files().get(0))))
                  .isEqualTo("rw-------");
            });
  }

  @Test
  void leavesNothingWhenItFails() {
    PrivateFile file = new PrivateFile(folder.resolve("backup"), false);
    assertThatThrownBy(
            () ->
                file.write(
                    out -> {
                      throw new IOException("no room");
                    }))
        .hasMessage("no room");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void makesNoFileOnceTheProcessIsEnding() {
    PrivateFile.Part part = new PrivateFile.Part(folder.resolve("part"));
    part.delete();
    assertThatThrownBy(part::create).hasMessageContaining("told to end");
    assertThat(folder).isEmptyDirectory();
  }
}
