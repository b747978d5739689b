package io.vibee.session;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an agent tells of itself when it registers, see {@link SessionLeases#register}.
 *
 * <p>Immutable, thread-safe; two are equal if all their values are.
 */
public final class AgentRegistration {
  private final String name;
  private final Duration silence;
  private final int capacity;
  private final long generation;
  private final @Nullable String address;
  private final @Nullable String machine;
  private final @Nullable String process;

  private AgentRegistration(Builder builder) {
    this.name = builder.name;
    this.silence = builder.silence;
    this.capacity = builder.capacity;
    this.generation = builder.generation;
    this.address = builder.address;
    this.machine = builder.machine;
    this.process = builder.process;
  }

  /**
   * Begins a registration.
   *
   * @param name for people, at most 255 characters
   * @param silence how long the agent may be silent before others end it: from a second to a day
   * @param capacity how many sessions it takes at most
   * @return the builder
   * @throws IllegalArgumentException if a value is out of its bounds
   */
  public static Builder builder(String name, Duration silence, int capacity) {
    return new Builder(name, silence, capacity);
  }

  /**
   * Returns the name, for people.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns how long the agent may be silent.
   *
   * @return the time, from a second to a day
   */
  public Duration silence() {
    return silence;
  }

  /**
   * Returns how many sessions the agent takes.
   *
   * @return at least 0
   */
  public int capacity() {
    return capacity;
  }

  /**
   * Returns which deployment the agent belongs to.
   *
   * @return a higher number for a newer one; 0 by default
   */
  public long generation() {
    return generation;
  }

  /**
   * Returns where the agent can be reached.
   *
   * @return the address; empty if it told none
   */
  public Optional<String> address() {
    return Optional.ofNullable(address);
  }

  /**
   * Returns what tells its machine from others, such as the boot id and the process namespace.
   *
   * @return the text; empty if it told none
   */
  public Optional<String> machine() {
    return Optional.ofNullable(machine);
  }

  /**
   * Returns what tells its process from others on that machine, such as its id and start.
   *
   * @return the text; empty if it told none
   */
  public Optional<String> process() {
    return Optional.ofNullable(process);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AgentRegistration told
        && name.equals(told.name)
        && silence.equals(told.silence)
        && capacity == told.capacity
        && generation == told.generation
        && Objects.equals(address, told.address)
        && Objects.equals(machine, told.machine)
        && Objects.equals(process, told.process);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, silence, capacity, generation, address, machine, process);
  }

  /** Describes the agent in one line for logs and people. */
  @Override
  public String toString() {
    return Texts.printable(name)
        + ", capacity "
        + capacity
        + ", silence "
        + silence.toMillis()
        + " ms";
  }

  /** Collects what is optional. Not thread-safe. */
  public static final class Builder {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int LONGEST_TEXT = 255;

    private final String name;
    private final Duration silence;
    private final int capacity;
    private long generation;
    private @Nullable String address;
    private @Nullable String machine;
    private @Nullable String process;

    private Builder(String name, Duration silence, int capacity) {
      this.name = checked("name", name);
      this.silence = Objects.requireNonNull(silence, "silence");
      this.capacity = capacity;
      if (silence.compareTo(SHORTEST) < 0 || silence.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("silence must be from a second to a day: " + silence);
      }
      if (capacity < 0) {
        throw new IllegalArgumentException("capacity must not be negative: " + capacity);
      }
    }

    private static String checked(String field, String text) {
      Texts.requireText(field, Objects.requireNonNull(text, field), LONGEST_TEXT);
      return text;
    }

    /**
     * Sets which deployment the agent belongs to.
     *
     * @param value a higher number for a newer one
     * @return this builder
     */
    public Builder generation(long value) {
      this.generation = value;
      return this;
    }

    /**
     * Sets where the agent can be reached.
     *
     * @param value at most 255 characters
     * @return this builder
     */
    public Builder address(String value) {
      this.address = checked("address", value);
      return this;
    }

    /**
     * Sets what tells its process from all others, so that a newcomer on the same machine can see
     * that it is gone.
     *
     * @param onMachine tells the machine: at most 255 characters
     * @param inProcess tells the process on it: at most 255 characters
     * @return this builder
     */
    public Builder process(String onMachine, String inProcess) {
      this.machine = checked("machine", onMachine);
      this.process = checked("process", inProcess);
      return this;
    }

    /**
     * Builds the registration.
     *
     * @return the registration
     */
    public AgentRegistration build() {
      return new AgentRegistration(this);
    }
  }
}
