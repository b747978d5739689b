package io.vibee.session.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.vibee.session.EnvSessionSource;
import io.vibee.session.NewKey;
import io.vibee.session.Secret;
import io.vibee.session.Session;
import io.vibee.session.SessionEdit;
import io.vibee.session.SessionLoader;
import io.vibee.session.SessionStore;
import io.vibee.session.jdbc.testing.Canary;
import io.vibee.session.jdbc.testing.Postgres;
import io.vibee.session.jdbc.testing.TestDatabase;
import io.vibee.session.jdbc.url.DatabaseUrl;
import io.vibee.session.openpgp.KeyProvider;
import io.vibee.session.openpgp.MasterKey;
import io.vibee.session.openpgp.OpenPgpSealer;
import io.vibee.session.openpgp.OpenPgpSealerProvider;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes by fields finds no secret: Jackson when it may see private fields, and a {@code
 * toString} by reflection that goes on into what it finds. Both pass over transient fields.
 */
class FieldsShowNoSecretsTest {
  private static final String HASH = Canary.API_HASH;
  private static final String KEY = Canary.MASTER_KEY;
  private static final String PASSWORD = Canary.PASSWORD;
  private static final String ENCODED = URLEncoder.encode(PASSWORD, UTF_8);
  private static final String URL = "postgresql://vibee:" + ENCODED + "@localhost:1/vibee";

  private final ObjectMapper jackson =
      new ObjectMapper()
          .setVisibility(PropertyAccessor.ALL, Visibility.ANY)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);

  @TempDir private Path folder;

  @Test
  void ofAnyTypeThatHoldsOne() throws Exception {
    Map<String, String> environment =
        Map.of("TELEGRAM_SESSION_ID", "sess_1", "TELEGRAM_API_ID", "1", "TELEGRAM_API_HASH", HASH);
    Session session = Session.builder("1", "sess_1", 1, Secret.of(HASH)).build();
    MasterKey key = MasterKey.of(Secret.of(KEY));
    OpenPgpSealer sealer = OpenPgpSealer.of(KeyProvider.of(key));
    DatabaseUrl url = DatabaseUrl.parse(URL);
    shows(
        List.of(
            Secret.of(HASH),
            session,
            session.toBuilder(),
            SessionEdit.of(session),
            SessionEdit.of(session).build(),
            NewKey.inDatabase(Secret.of(KEY)),
            EnvSessionSource.of(environment),
            SessionLoader.fromEnvironment(environment),
            SessionLoader.fromEnvironment(environment).load(),
            key,
            KeyProvider.of(key),
            keyFile(),
            sealer,
            url,
            url.toDataSource(),
            DatabaseUrl.parse("jdbc:postgresql://localhost:1/vibee?user=a&password=" + ENCODED)));
  }

  /** What is made at the first use too, such as a pool, or a key that was derived. */
  @Test
  void ofAStoreThatWasUsed() throws Exception {
    TestDatabase database = TestDatabase.migrated(Postgres.NEWEST);
    Map<String, String> environment =
        Map.of(
            "DATABASE_URL",
            database.urlWithPassword(PASSWORD),
            "MULTI_TENANT",
            "true",
            "ENCRYPTION_MASTER_KEY",
            KEY);
    try (SessionStore store = SessionStore.fromEnvironment(environment)) {
      try {
        store.check();
      } catch (RuntimeException e) {
        shows(List.of(e));
      }
      shows(List.of(store));
    }
  }

  private Object keyFile() throws IOException {
    Path file = folder.resolve("key");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, KEY);
    return new OpenPgpSealerProvider()
        .fromEnvironment(Map.of("ENCRYPTION_MASTER_KEY_FILE", file.toString()))
        .orElseThrow();
  }

  private void shows(List<Object> holders) {
    assertThat(holders)
        .allSatisfy(
            holder -> {
              for (String text : List.of(byJackson(holder), byFields(holder))) {
                boolean leaks = secrets().stream().anyMatch(text::contains);
                assertThat(leaks).as(holder.getClass().getName()).isFalse();
              }
            });
  }

  /** In clear, and as arrays show themselves. */
  private static List<String> secrets() {
    List<String> all = new ArrayList<>();
    for (String secret : new String[] {HASH, KEY, PASSWORD}) {
      byte[] bytes = secret.getBytes(UTF_8);
      all.add(secret);
      all.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
      all.add(HexFormat.of().formatHex(bytes));
    }
    return all;
  }

  private String byJackson(Object holder) {
    StringWriter written = new StringWriter();
    try {
      jackson.writeValue(written, holder);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      written.append("…"); // it could not go on; what it wrote until then counts
    }
    return written.toString();
  }

  private static String byFields(Object holder) {
    StringBuilder text = new StringBuilder();
    walk(holder, text, Collections.newSetFromMap(new IdentityHashMap<>()));
    return text.toString();
  }

  private static void walk(Object value, StringBuilder text, Set<Object> seen) {
    if (value == null || !seen.add(value)) return;
    if (value instanceof char[] chars) {
      text.append(chars).append('\n');
    } else if (value instanceof byte[] bytes) {
      text.append(new String(bytes, UTF_8)).append(HexFormat.of().formatHex(bytes)).append('\n');
    } else if (value.getClass().isArray()) {
      for (int i = 0; i < Array.getLength(value); i++) walk(Array.get(value, i), text, seen);
    } else if (value instanceof Map<?, ?> map) {
      map.forEach(
          (name, content) -> {
            walk(name, text, seen);
            walk(content, text, seen);
          });
    } else if (value instanceof Iterable<?> several && !(value instanceof Path)) {
      several.forEach(one -> walk(one, text, seen));
    } else if (value instanceof Optional<?> one) {
      one.ifPresent(content -> walk(content, text, seen));
    } else {
      text.append(value).append('\n');
      fields(value, text, seen);
    }
  }

  private static void fields(Object value, StringBuilder text, Set<Object> seen) {
    for (Class<?> type = value.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) != 0) continue;
        try {
          field.setAccessible(true);
          walk(field.get(value), text, seen);
        } catch (RuntimeException | IllegalAccessException e) {
          // The JDK keeps its own closed.
        }
      }
    }
  }
}
