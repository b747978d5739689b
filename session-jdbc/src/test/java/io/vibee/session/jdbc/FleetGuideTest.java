package io.vibee.session.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.session.AgentHealth;
import io.vibee.session.AgentRegistration;
import io.vibee.session.FleetConnection;
import io.vibee.session.Lease;
import io.vibee.session.ManagedSessionStore;
import io.vibee.session.RegisteredAgent;
import io.vibee.session.SessionLeases;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of docs/fleet.md, as it is there. */
class FleetGuideTest {
  private static final Path SOURCE =
      Path.of("src/test/java/io/vibee/session/jdbc/FleetGuideTest.java");

  private static int hold(ManagedSessionStore store) {
    // docs:start
    SessionLeases leases = store.as(SessionLeases.class).orElseThrow();
    SecureRandom random = new SecureRandom();
    AgentRegistration agent =
        AgentRegistration.builder("agent-1", Duration.ofSeconds(60), 500).build();
    FleetConnection connection = leases.connect(Duration.ofSeconds(2));
    RegisteredAgent me = connection.register(agent, random.nextLong());
    // Again and again. Empty: declared dead, stop all at once.
    AgentHealth health = AgentHealth.STARTING;
    if (connection.beat(me.agentId(), random.nextLong(), health).isEmpty()) {
      throw new AssertionError("ended");
    }
    // If it is not settled: beat on, and claim once the longest silence of all agents is over.
    long timeline = me.world().timeline();
    List<Lease> mine = me.settled() ? leases.claim(me.agentId(), 500, timeline) : List.of();
    // Once their connections are closed:
    leases.release(me.agentId(), mine, Duration.ofSeconds(1));
    leases.leave(me.agentId(), false);
    connection.close();
    // docs:end
    return mine.size();
  }

  @Test
  void holdsSessionsAndLetsGoOfThem() throws IOException {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    database.insertMany(3);
    try (JdbcSessionStore store = database.store()) {
      assertThat(hold(store)).isEqualTo(3);
    }
    assertThat(database.query("select state, clean, held from session_agents"))
        .containsExactly("ended|t|0");
    String source = Files.readString(SOURCE);
    String example =
        source
            .substring(source.indexOf("// docs:start\n") + 14, source.indexOf("// docs:end\n"))
            .stripIndent()
            .strip();
    assertThat(Files.readString(Path.of("..", "docs", "fleet.md")))
        .contains("```java\n" + example + "\n```");
  }
}
