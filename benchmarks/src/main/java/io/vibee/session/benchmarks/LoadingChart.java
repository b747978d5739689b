package io.vibee.session.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The time for a session, by the number of sessions, as a picture. Both axes are logarithmic, so a
 * level line is a cost that grows in step with the sessions, and a distance is a ratio.
 */
final class LoadingChart {
  private static final Path FILE = Path.of("docs", "images", "benchmarks-loading.svg");

  private static final int LEFT = 64;
  private static final int RIGHT = 560;
  private static final int TOP = 56;
  private static final int BOTTOM = 356;

  /** GitHub shows it as a picture, which follows the reader's colours by itself. */
  private static final String HEAD =
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 410" role="img" aria-labelledby="title desc">
      <title id="title">Microseconds to load a session</title>
      <desc id="desc">%s</desc>
      <style>
        text { font: 13px system-ui, sans-serif; fill: #1f2328 }
        .axis { fill: #59636e } .heading { font-size: 15px; font-weight: 600 }
        .grid { stroke: #d1d9e0 } .line { fill: none; stroke-width: 2.5 } circle { stroke: none }
        .quickStart { --c: #bc4c00 } .externalKey { --c: #8250df } .databaseKey { --c: #0969da } .floor { --c: #59636e }
        .line { stroke: var(--c) } circle, .label { fill: var(--c) } .floor .line { stroke-dasharray: 6 4 }
        @media (prefers-color-scheme: dark) {
          text { fill: #f0f6fc } .axis { fill: #9198a1 } .grid { stroke: #3d444d }
          .quickStart { --c: #f0883e } .externalKey { --c: #ab7df8 } .databaseKey { --c: #4493f8 } .floor { --c: #9198a1 }
          .label { fill: var(--c) }
        }
      </style>
      <text class="heading" x="16" y="26">Microseconds to load a session, less is better</text>
      """;

  private final LoadingTimes times;
  private final List<Integer> sizes;
  private final StringBuilder svg = new StringBuilder();

  private LoadingChart(LoadingTimes times) {
    this.times = times;
    this.sizes = times.sizes().stream().sorted().toList();
  }

  static void write(LoadingTimes times) throws IOException {
    Files.writeString(FILE, svg(times));
  }

  static String svg(LoadingTimes times) {
    return new LoadingChart(times).draw();
  }

  private String draw() {
    svg.append(HEAD.formatted(description()));
    for (int power = 0; power <= 3; power++) {
      double y = y(Math.pow(10, power));
      add("<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, RIGHT, y, y);
      add(
          "<text class=\"axis\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%,.0f µs</text>",
          LEFT - 8, y + 4, Math.pow(10, power));
    }
    for (int size : sizes) {
      add(
          "<text class=\"axis\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%,d</text>",
          x(size), BOTTOM + 20, size);
    }
    add(
        "<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">sessions</text>",
        (LEFT + RIGHT) / 2, BOTTOM + 42);
    double above = Double.NEGATIVE_INFINITY;
    for (String way : slowestFirst()) above = draw(way, above);
    return svg.append("</svg>\n").toString();
  }

  /** The ways are also classes of the style above. */
  private List<String> slowestFirst() {
    return times.ways(largest()).stream()
        .sorted(Comparator.comparing(way -> -times.microsPerSession(largest(), way).median()))
        .toList();
  }

  private int largest() {
    return sizes.get(sizes.size() - 1);
  }

  /** Returns where its label is, so that the next one keeps off it. */
  private double draw(String way, double above) {
    List<String> points = new ArrayList<>();
    add("<g class=\"%s\">", way);
    for (int size : sizes) {
      if (times.of(size, way).isEmpty()) continue;
      double y = y(times.microsPerSession(size, way).median());
      points.add(String.format(Locale.ROOT, "%.1f,%.1f", x(size), y));
      add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>", x(size), y);
    }
    add("<polyline class=\"line\" points=\"%s\"/>", String.join(" ", points));
    double micros = times.microsPerSession(largest(), way).median();
    double label = Math.max(y(micros) + 4, above + 17);
    add(
        "<text class=\"label\" x=\"%d\" y=\"%.1f\">%s: %s µs</text>",
        RIGHT + 14, label, legend(way), Spread.digits(micros));
    add("</g>");
    return label;
  }

  private static String legend(String way) {
    return switch (way) {
      case "floor" -> "rows undecrypted";
      case "quickStart" -> "quick start's SQL";
      default -> LoadingTable.name(way);
    };
  }

  private String description() {
    List<String> sentences = new ArrayList<>();
    for (int size : sizes) {
      List<String> figures = new ArrayList<>();
      for (String way : times.ways(size)) {
        figures.add(
            legend(way) + " " + Spread.digits(times.microsPerSession(size, way).median()) + " µs");
      }
      sentences.add(
          String.format(Locale.ROOT, "%,d sessions: ", size) + String.join(", ", figures));
    }
    return String.join("; ", sentences) + ".";
  }

  private double x(int size) {
    double least = Math.log10(sizes.get(0));
    double most = Math.log10(largest());
    double part = most == least ? 0.5 : (Math.log10(size) - least) / (most - least);
    return LEFT + 24 + part * (RIGHT - LEFT - 48);
  }

  /** From 1 to 1,000 µs. */
  private static double y(double micros) {
    return BOTTOM - Math.log10(micros) / 3 * (BOTTOM - TOP);
  }

  private void add(String element, Object... values) {
    svg.append(String.format(Locale.ROOT, element, values)).append('\n');
  }
}
