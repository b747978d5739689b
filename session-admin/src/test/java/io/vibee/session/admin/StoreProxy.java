package io.vibee.session.admin;

import io.vibee.session.ManagedSessionStore;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.stream.Stream;

/** Makes stores that do something else than another one, and tell their own abilities. */
final class StoreProxy {
  private StoreProxy() {}

  static ManagedSessionStore of(InvocationHandler calls, Class<?>... abilities) {
    return (ManagedSessionStore)
        Proxy.newProxyInstance(
            StoreProxy.class.getClassLoader(),
            Stream.concat(Stream.of(ManagedSessionStore.class), Stream.of(abilities))
                .toArray(Class<?>[]::new),
            (proxy, method, arguments) ->
                method.getName().equals("as")
                    ? InvocationHandler.invokeDefault(proxy, method, arguments)
                    : calls.invoke(proxy, method, arguments));
  }

  static Object pass(Method method, ManagedSessionStore store, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(store, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
