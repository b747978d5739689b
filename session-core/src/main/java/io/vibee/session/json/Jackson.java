package io.vibee.session.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** What this package reads and makes JSON with. */
final class Jackson {
  static {
    // Core may be a module while Jackson is on the class path, with the store: Maven runs the tests
    // of an agent that is a module in this way. No descriptor can name the class path.
    Jackson.class.getModule().addReads(Jackson.class.getClassLoader().getUnnamedModule());
  }

  /** Allows for numbers such as 1e5000, which PostgreSQL writes with all their digits. */
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder().maxNumberLength(200_000).build();

  static final ObjectMapper MAPPER =
      JsonMapper.builder(JsonFactory.builder().streamReadConstraints(LIMITS).build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS) // "[1] group" is a name
          .build();

  private Jackson() {}
}
