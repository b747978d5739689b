package io.vibee.session.jdbc;

import io.vibee.session.RefusedEdit;
import io.vibee.session.SaveResult;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionSummary;
import io.vibee.session.jdbc.sql.Jdbc;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An edit that was made or refused, once its transaction is committed: one of the two is there. */
record SettledEdit(
    String userId,
    @Nullable SaveResult<SessionSummary> result,
    @Nullable RuntimeException refusal) {

  static SettledEdit made(SaveResult<SessionSummary> result) {
    return new SettledEdit(result.session().userId(), result, null);
  }

  static SettledEdit refused(SessionEdit edit, RuntimeException reason) {
    return new SettledEdit(edit.userId(), null, reason);
  }

  void handOver(
      Jdbc jdbc,
      Consumer<? super SaveResult<SessionSummary>> saved,
      Consumer<? super RefusedEdit> refused) {
    if (result != null) saved.accept(result);
    if (refusal == null) return;
    RuntimeException reason = refusal instanceof EncodingGap gap ? gap.explained(jdbc) : refusal;
    refused.accept(new RefusedEdit(userId, reason));
  }
}
