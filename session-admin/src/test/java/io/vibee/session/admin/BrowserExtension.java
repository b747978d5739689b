package io.vibee.session.admin;

import io.vibee.session.jdbc.testing.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test a {@link BrowserTab} of one browser, which is started once a run, and checks
 * afterwards what must hold whatever the test did. Where chromium is not installed, the class is
 * skipped with a line that says so, or fails on CI.
 */
final class BrowserExtension implements BeforeAllCallback, ParameterResolver, AfterEachCallback {
  /** For a {@code @ResourceLock}: the one tab that has the focus. */
  static final String BROWSER = "io.vibee.session.admin.browser";

  private static final Namespace NAMESPACE = Namespace.create(BrowserExtension.class);

  /** The browser of this run; the root store closes it. */
  private record Browser(BrowserProcess process, BrowserConnection connection)
      implements AutoCloseable {
    static Browser start() {
      try {
        BrowserProcess process = BrowserProcess.start();
        return new Browser(process, BrowserConnection.to(process.devTools()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      connection.close();
      process.close();
    }
  }

  @Override
  public void beforeAll(ExtensionContext test) {
    Tools.require(BrowserProcess.PROGRAM);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.getParameter().getType() == BrowserTab.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    Browser browser =
        test.getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(Browser.class, type -> Browser.start(), Browser.class);
    BrowserTab tab = new BrowserTab(browser.connection());
    test.getStore(NAMESPACE).put(BrowserTab.class, tab);
    return tab;
  }

  @Override
  public void afterEach(ExtensionContext test) {
    BrowserTab tab = test.getStore(NAMESPACE).get(BrowserTab.class, BrowserTab.class);
    if (tab != null && test.getExecutionException().isEmpty()) tab.assertNothingForeign();
  }
}
