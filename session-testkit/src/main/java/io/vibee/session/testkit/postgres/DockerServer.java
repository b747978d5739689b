package io.vibee.session.testkit.postgres;

import java.util.UUID;
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
    PostgreSQLContainer container =
        new PostgreSQLContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"))
            .withPassword(UUID.randomUUID().toString());
    // Nothing of it outlives the run.
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
    Watchdog watchdog = reaperIsOff() ? Watchdog.start() : Watchdog.none();
    try {
      container.start();
    } catch (RuntimeException e) {
      watchdog.dismiss();
      throw new ExtensionConfigurationException(
          "a container of "
              + image
              + " does not start; correct vibee.testkit.postgres.image, or pin another source, such"
              + " as vibee.testkit.postgres=embedded",
          e);
    }
    watchdog.guardContainer(container.getContainerId());
    return new DockerServer(container, watchdog);
  }

  /** Testcontainers' own reaper, which removes containers of a JVM that was killed. */
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
    return "postgresql://%s:%s@%s:%d/%s"
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
