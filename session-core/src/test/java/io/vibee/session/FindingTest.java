package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.session.Finding.Cause;
import io.vibee.session.Finding.Status;
import org.junit.jupiter.api.Test;

class FindingTest {
  @Test
  void isOneLineWhateverNamesAreInIt() {
    Finding finding =
        Finding.warning(
            "attachments",
            "trigger \u001b[31ma\nfailed b\u202e\ud800",
            "DROP TRIGGER \u001b]0;x\u0007c\r");
    assertThat(finding.text()).isEqualTo("trigger \ufffda\ufffdfailed b\ufffd\ufffd");
    assertThat(finding.remedy()).isEqualTo("DROP TRIGGER \ufffdc\ufffd");
  }

  @Test
  void hasTheCauseOfTheError() {
    assertThat(Finding.failed("key", new MasterKeyMissingException()).cause())
        .isEqualTo(Cause.UNREADABLE);
    assertThat(Finding.failed("schema", SchemaVersionException.of(4, 5)).cause())
        .isEqualTo(Cause.SCHEMA);
    assertThat(
            Finding.failed("connection", new StoreUnavailableException("gone", "", null)).cause())
        .isEqualTo(Cause.UNAVAILABLE);
    assertThat(Finding.failed("key-setting", new MisconfiguredException("two keys")))
        .isEqualTo(
            new Finding("key-setting", Status.FAILED, "two keys", null, Cause.MISCONFIGURED));
  }

  @Test
  void hasACauseIfItFailedAndOnlyThen() {
    assertThatThrownBy(() -> new Finding("tls", Status.FAILED, "no TLS", null, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Finding("tls", Status.OK, "TLS", null, Cause.UNAVAILABLE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
