package io.vibee.session.testkit.contract;

import io.vibee.session.Activity;
import io.vibee.session.SessionReport;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Stores that note wrongly what agents report. */
final class WrongReports {
  private WrongReports() {}

  static class TouchIsAnUpdate extends ForwardingStore {
    TouchIsAnUpdate(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public Set<String> report(Collection<SessionReport> reports) {
      for (SessionReport report : reports) {
        store
            .findBySessionId(report.sessionId())
            .ifPresent(
                session -> {
                  boolean twin = session.digitalTwinEnabled();
                  store.save(session.toBuilder().digitalTwinEnabled(!twin).build());
                  store.save(session);
                });
      }
      return store.report(reports);
    }
  }

  static class ReportNamesItsArguments extends ForwardingStore {
    ReportNamesItsArguments(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public Set<String> report(Collection<SessionReport> reports) {
      store.report(reports);
      return reports.stream().map(SessionReport::sessionId).collect(Collectors.toSet());
    }
  }

  static class LogsALoginEachTime extends ForwardingStore {
    LogsALoginEachTime(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public Set<String> report(Collection<SessionReport> reports) {
      for (SessionReport report : reports) {
        boolean known =
            store
                .summaryOfSession(report.sessionId())
                .filter(s -> report.authorized().equals(Optional.of(s.authorized())))
                .isPresent();
        if (known) store.recordActivity(report.sessionId(), Activity.LOGIN, Map.of());
      }
      return store.report(reports);
    }
  }

  static class TheFirstReportCounts extends ForwardingStore {
    TheFirstReportCounts(InMemorySessionStore store) {
      super(store);
    }

    @Override
    public Set<String> report(Collection<SessionReport> reports) {
      List<SessionReport> reversed = new ArrayList<>(reports);
      Collections.reverse(reversed);
      return store.report(reversed);
    }
  }
}
