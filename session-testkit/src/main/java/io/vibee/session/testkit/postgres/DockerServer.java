package io.vibee.session.testkit.postgres;

import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.TestcontainersConfiguration;

/** A server in a container. */
final class DockerServer implements PostgresServer {
  private final PostgreSQLContainer container;
  private final Watchdog watchdog;

  private DockerServer(PostgreSQLContainer container, Watchdog watchdog) {
    this.container = container;
    this.watchdog = watchdog;
  }

  static boolean engineAnswers() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  static DockerServer start(String image) {
    String name = "vibee-testkit-" + UUID.randomUUID();
    PostgreSQLContainer container =
        new PostgreSQLContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"))
            .withPassword(UUID.randomUUID().toString())
            .withCreateContainerCmdModifier(command -> command.withName(name));
    // Nothing needs to survive the run.
    container.setCommand(
        "postgres",
        "-c",
        "fsync=off",
        "-c",
        "synchronous_commit=off",
        "-c",
        "full_page_writes=off",
        "-c",
        "max_connections=300");
    // Before the container exists, since the run may be killed while it starts.
    Watchdog watchdog = reaperIsOff() ? Watchdog.ofContainer(name) : Watchdog.none();
    try {
      container.start();
    } catch (RuntimeException e) {
      container.stop();
      watchdog.dismiss();
      throw new ExtensionConfigurationException(
          "a container of "
              + image
              + " does not start; correct vibee.testkit.postgres.image, or pin another source, such"
              + " as vibee.testkit.postgres=embedded",
          e);
    }
    watchdog.requireRunning();
    return new DockerServer(container, watchdog);
  }

  /**
   * Removes a container, for the process that cleans up; retries, since it may still be being
   * created.
   */
  static void remove(String name) {
    for (int attempt = 0; attempt < 10; attempt++) {
      try {
        DockerClientFactory.lazyClient()
            .removeContainerCmd(name)
            .withForce(true)
            .withRemoveVolumes(true)
            .exec();
        return;
      } catch (RuntimeException e) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
      }
    }
  }

  /**
   * Whether Testcontainers' own reaper is off, which removes containers of a JVM that was killed.
   */
  private static boolean reaperIsOff() {
    return Boolean.parseBoolean(
        TestcontainersConfiguration.getInstance().getEnvVarOrProperty("ryuk.disabled", "false"));
  }

  @Override
  public String description() {
    return "a container of " + container.getDockerImageName();
  }

  @Override
  public String url(String database) {
    return "postgresql://%s:%s@%s:%s/%s"
        .formatted(
            container.getUsername(),
            container.getPassword(),
            container.getHost(),
            container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
            database);
  }

  @Override
  public String maintenanceUrl() {
    return url("postgres");
  }

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public void stop() {
    container.stop();
    watchdog.dismiss();
  }
}
