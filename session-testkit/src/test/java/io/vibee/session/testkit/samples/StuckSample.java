package io.vibee.session.testkit.samples;

import io.vibee.session.testkit.TestSessions;
import io.vibee.session.testkit.postgres.SessionDatabase;
import io.vibee.session.testkit.postgres.TestDatabase;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Does not end, so that it can be killed. */
@SessionDatabase
@EnabledIfSystemProperty(named = StuckSample.WANTED, matches = "true")
public class StuckSample {
  /** The property that a test sets if it means to kill this one. */
  public static final String WANTED = "vibee.testkit.stuck";

  @Test
  void waitsToBeKilled(TestDatabase database) throws InterruptedException {
    database.store().save(TestSessions.session());
    System.out.println("READY " + database.url());
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
