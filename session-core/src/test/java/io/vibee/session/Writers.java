package io.vibee.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.FieldSerializer;
import com.esotericsoftware.kryo.util.DefaultInstantiatorStrategy;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.apache.commons.lang3.builder.RecursiveToStringStyle;
import org.apache.commons.lang3.builder.ReflectionToStringBuilder;
import org.apache.commons.lang3.builder.ToStringStyle;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** Code that writes objects out, by name; some as it comes, some set to look at everything. */
final class Writers {
  private Writers() {}

  @FunctionalInterface
  interface Write {
    byte[] of(Object value) throws Exception;
  }

  private static Write text(TextWrite write) {
    return value -> write.of(value).getBytes(UTF_8);
  }

  @FunctionalInterface
  private interface TextWrite {
    String of(Object value) throws Exception;
  }

  static Map<String, Write> all() {
    Map<String, Write> writers = new LinkedHashMap<>();
    writers.put("Jackson 2", text(value -> new ObjectMapper().writeValueAsString(value)));
    writers.put("Jackson 2 of fields", text(value -> fieldMapper().writeValueAsString(value)));
    writers.put("Jackson 3", text(value -> JsonMapper.builder().build().writeValueAsString(value)));
    writers.put("Jackson 3 of fields", text(value -> newerFieldMapper().writeValueAsString(value)));
    writers.put("Gson", text(value -> new Gson().toJson(value)));
    writers.put(
        "Gson of all fields",
        text(value -> new GsonBuilder().excludeFieldsWithModifiers().create().toJson(value)));
    writers.put("Java", Writers::java);
    writers.put("Kryo", value -> kryo(value, false, false));
    writers.put("Kryo with instantiators", value -> kryo(value, true, false));
    writers.put("Kryo of transient fields", value -> kryo(value, true, true));
    writers.put("reflection", text(ReflectionToStringBuilder::toString));
    writers.put(
        "reflection of transient fields",
        text(
            value -> ReflectionToStringBuilder.toString(value, ToStringStyle.DEFAULT_STYLE, true)));
    writers.put(
        "recursive",
        text(value -> ReflectionToStringBuilder.toString(value, new RecursiveToStringStyle())));
    writers.put(
        "recursive of transient fields",
        text(
            value ->
                ReflectionToStringBuilder.toString(value, new RecursiveToStringStyle(), true)));
    // What a careless utility might do: every field of every object that lets it.
    writers.put("walker", text(Writers::walked));
    writers.put("record components", text(Writers::components));
    writers.put("format", text(value -> String.format(Locale.ROOT, "%s %<S %<h", value)));
    writers.put("logger", text(Writers::logged));
    return writers;
  }

  private static ObjectMapper fieldMapper() {
    return new ObjectMapper()
        .setVisibility(PropertyAccessor.FIELD, Visibility.ANY)
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);
  }

  private static JsonMapper newerFieldMapper() {
    return JsonMapper.builder()
        .changeDefaultVisibility(
            checker -> checker.withVisibility(PropertyAccessor.FIELD, Visibility.ANY))
        .disable(tools.jackson.databind.SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .build();
  }

  private static byte[] java(Object value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  private static byte[] kryo(Object value, boolean instantiators, boolean transientFields) {
    Kryo kryo = new Kryo();
    kryo.setRegistrationRequired(false);
    if (instantiators) {
      kryo.setInstantiatorStrategy(
          new DefaultInstantiatorStrategy(new org.objenesis.strategy.StdInstantiatorStrategy()));
    }
    if (transientFields) {
      FieldSerializer.FieldSerializerConfig config = new FieldSerializer.FieldSerializerConfig();
      config.setSerializeTransient(true);
      kryo.setDefaultSerializer(
          new com.esotericsoftware.kryo.SerializerFactory.FieldSerializerFactory(config));
    }
    try (Output out = new Output(1024, -1)) {
      kryo.writeClassAndObject(out, value);
      return out.toBytes();
    }
  }

  private static String walked(Object value) {
    StringBuilder found = new StringBuilder();
    walk(value, found, Collections.newSetFromMap(new IdentityHashMap<>()));
    return found.toString();
  }

  private static void walk(@Nullable Object value, StringBuilder found, Set<Object> seen) {
    if (value == null || !seen.add(value)) return;
    found.append(value).append('\n');
    if (value.getClass().isArray()) {
      for (int i = 0; i < Array.getLength(value); i++) walk(Array.get(value, i), found, seen);
    } else if (value instanceof Iterable<?> many) {
      many.forEach(one -> walk(one, found, seen));
    } else if (value instanceof Map<?, ?> map) {
      map.values().forEach(one -> walk(one, found, seen));
    }
    for (Class<?> c = value.getClass(); c != null; c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && opened(field)) {
          try {
            walk(field.get(value), found, seen);
          } catch (IllegalAccessException e) {
            throw new AssertionError(e);
          }
        }
      }
    }
  }

  private static boolean opened(AccessibleObject member) {
    try {
      member.setAccessible(true);
      return true;
    } catch (InaccessibleObjectException e) {
      return false;
    }
  }

  /** Takes records apart, as a record pattern would, and shows what is none. */
  private static String components(Object value) throws ReflectiveOperationException {
    if (!value.getClass().isRecord()) return String.valueOf(value);
    StringBuilder found = new StringBuilder();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      component.getAccessor().setAccessible(true);
      found.append(components(component.getAccessor().invoke(value))).append('\n');
    }
    return found.toString();
  }

  private static String logged(Object value) {
    String name = "io.vibee.test." + Writers.class.getSimpleName();
    Logger logger = Logger.getLogger(name);
    StringBuilder lines = new StringBuilder();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.append(new SimpleFormatter().format(line));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
    try {
      LoggerFactory.getLogger(name).info("{} and {}", value, List.of(value));
    } finally {
      logger.removeHandler(handler);
    }
    return lines.toString();
  }
}
