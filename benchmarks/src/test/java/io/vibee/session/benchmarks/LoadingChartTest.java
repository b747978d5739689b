package io.vibee.session.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class LoadingChartTest {
  @Test
  void isWellFormedAndNamesEachFigure() throws Exception {
    LoadingTimes times = new LoadingTimes();
    times.add(1_000, "floor", 1.5);
    times.add(1_000, "quickStart", 124);
    times.add(10_000, "floor", 14);
    times.add(10_000, "quickStart", 1_240);

    Element svg =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(LoadingChart.svg(times).getBytes(UTF_8)))
            .getDocumentElement();

    assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
        .isEqualTo(
            "1,000 sessions: rows undecrypted 1.50 µs, quick start's SQL 124 µs;"
                + " 10,000 sessions: rows undecrypted 1.40 µs, quick start's SQL 124 µs.");
    assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(4);
    assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2);
  }
}
