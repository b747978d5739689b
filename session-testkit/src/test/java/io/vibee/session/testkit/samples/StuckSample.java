package io.vibee.session.testkit.samples;

import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.postgres.SessionDatabase;
import io.vibee.session.testkit.postgres.TestDatabase;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Does not end, so that it can be killed. */
@SessionDatabase
public class StuckSample {
  @Test
  void waitsToBeKilled(TestDatabase database) throws InterruptedException {
    database.store().save(TestSessions.session());
    System.out.println("READY " + database.url());
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
