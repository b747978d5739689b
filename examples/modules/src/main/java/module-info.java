/** An agent of somebody's, as a module. The stores and keys that it uses are found as services. */
module com.example.modules {
  requires io.vibee.session.admin;
  requires io.vibee.session.agent;
  requires io.vibee.session.jdbc;
  requires java.net.http;
  requires static org.jspecify;

  exports com.example.modules;
}
