package io.vibee.session.admin;

import static io.vibee.session.admin.HostileRequest.CLOSED;
import static io.vibee.session.admin.HostileRequest.hostile;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * The requests of {@link HostileRequestsTest}, for a server at this port whose token is {@link
 * AdminFixture#TOKEN} and which has one session, {@code sess_demo0001} of user 100200300.
 */
record HostileRequests(int port) {
  private static final String AUTH = "Authorization: Bearer " + AdminFixture.TOKEN;
  private static final String JSON = "Content-Type: application/json";
  private static final String SESSIONS = "/api/v1/sessions";
  private static final String OK_BODY = AdminFixture.body("100200399", "sess_hostile");

  /** A request with these header lines; {@code Host} is right unless one of them is a Host. */
  private String head(String line, String... headers) {
    StringBuilder request = new StringBuilder(line).append(" HTTP/1.1\r\n");
    if (Stream.of(headers).noneMatch(h -> h.startsWith("Host"))) {
      request.append("Host: localhost:").append(port).append("\r\n");
    }
    for (String header : headers) request.append(header).append("\r\n");
    return request.append("Connection: close\r\n\r\n").toString();
  }

  private String get(String path, String... more) {
    return head(
        "GET " + path, Stream.concat(Stream.of(AUTH), Stream.of(more)).toArray(String[]::new));
  }

  private byte[] post(byte[] body, String... headers) {
    String[] all =
        Stream.concat(Stream.of(AUTH, "Content-Length: " + body.length), Stream.of(headers))
            .toArray(String[]::new);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head("POST " + SESSIONS, all).getBytes(ISO_8859_1));
    request.writeBytes(body);
    return request.toByteArray();
  }

  private byte[] post(String body) {
    return post(body.getBytes(UTF_8), JSON);
  }

  private String chunked(String chunks, String... headers) {
    String[] all =
        Stream.concat(Stream.of(AUTH, JSON, "Transfer-Encoding: chunked"), Stream.of(headers))
            .toArray(String[]::new);
    return head("POST " + SESSIONS, all) + chunks;
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private static String nested(String open, String close, int depth) {
    return "{\"user_id\":" + open.repeat(depth) + close.repeat(depth) + "}";
  }

  private static String chats(String number) {
    return "{\"user_id\":\"100200300\",\"target_chats\":[{\"n\":" + number + "}]}";
  }

  Stream<HostileRequest> methods() {
    return Stream.of(
        hostile("OPTIONS", head("OPTIONS " + SESSIONS, AUTH), 405),
        hostile("OPTIONS *", head("OPTIONS *", AUTH), 400, 404),
        hostile("TRACE", head("TRACE " + SESSIONS, AUTH), 405),
        hostile("PUT", head("PUT " + SESSIONS, AUTH), 405),
        hostile("PATCH", head("PATCH " + SESSIONS + "/100200300", AUTH), 405),
        hostile("CONNECT", head("CONNECT evil.example:443", AUTH), 400, 404, CLOSED),
        hostile("DELETE all", head("DELETE " + SESSIONS, AUTH), 405),
        hostile("lower case", head("get " + SESSIONS, AUTH), 405),
        hostile(
            "method override",
            get(SESSIONS + "/sess_demo0001", "X-HTTP-Method-Override: DELETE"),
            404),
        hostile("PRI of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, 404, CLOSED),
        hostile("long method", head("A".repeat(5000) + " " + SESSIONS, AUTH), 405),
        hostile("POST to a page", head("POST /", "Content-Length: 0"), 405));
  }

  Stream<HostileRequest> paths() {
    return Stream.of(
        hostile("absolute form", get("http://evil.example" + SESSIONS), 400),
        hostile("authority in path", get("//evil.example" + SESSIONS), 400, 404),
        hostile("dots", get("/api/v1/../v1/sessions"), 404),
        hostile("encoded dots", get("/api/v1/%2e%2e/v1/sessions"), 404),
        hostile("file", get("/../../etc/passwd"), 404),
        hostile("class file", get("/page/index.html"), 404),
        hostile("encoded slash", get("/api%2Fv1%2Fsessions"), 404),
        hostile("encoded letter", get("/%61pi/v1/sessions"), 404),
        hostile("double slash", get("/api//v1/sessions"), 404),
        hostile("slash at the end", get(SESSIONS + "/"), 404),
        hostile("capitals", get("/API/v1/sessions"), 404),
        hostile("path parameter", get(SESSIONS + ";a=b"), 404),
        hostile("NUL encoded", get(SESSIONS + "/a%00"), 400),
        hostile("NUL", get(SESSIONS + "/a\0"), 400),
        hostile("CR LF encoded", get(SESSIONS + "/a%0d%0aX:%20y"), 400),
        hostile("overlong UTF-8", get(SESSIONS + "/%c0%af"), 400),
        hostile("surrogate", get(SESSIONS + "/%ed%a0%80"), 400),
        hostile("bad escape", get(SESSIONS + "/%zz"), 400),
        hostile("short escape", get(SESSIONS + "/%4"), 400),
        hostile("high bytes", get(SESSIONS + "/\u00ff\u00fe"), 400, 404),
        hostile("space", get(SESSIONS + "/a b"), 400, 404),
        hostile("SQL", get(SESSIONS + "/'%20or%20'1'='1"), 404),
        hostile("long id", get(SESSIONS + "/" + "a".repeat(20_000)), 404),
        hostile("giant line", get("/" + "a".repeat(200_000)), CLOSED, 400),
        hostile("fragment", get(SESSIONS + "#x"), 400),
        hostile("unknown parameter", get(SESSIONS + "?debug=1"), 400),
        hostile("repeated parameter", get(SESSIONS + "?limit=1&limit=2"), 400),
        hostile("bad limit", get(SESSIONS + "?limit=1001"), 400),
        hostile("limit of letters", get(SESSIONS + "?limit=1e2"), 400),
        hostile("other digits", get(SESSIONS + "?limit=%D9%A1"), 400),
        hostile("bad cursor", get(SESSIONS + "?after=AAAA"), 400),
        hostile("negative cursor", get(SESSIONS + "?after=__________8"), 400),
        hostile("bad hours", get("/api/v1/stats?hours=99999999999999999999"), 400),
        hostile("bad before", get("/api/v1/activity?before=-1"), 400),
        hostile("query of ampersands", get(SESSIONS + "?" + "&".repeat(1000)), 400));
  }

  Stream<HostileRequest> headers() {
    String bomb = "X-A: " + "b".repeat(7000) + "\r\n";
    return Stream.of(
        hostile(
            "no Host",
            "GET " + SESSIONS + " HTTP/1.1\r\n" + AUTH + "\r\nConnection: close\r\n\r\n",
            400),
        hostile("two Hosts", get(SESSIONS, "Host: localhost:" + port, "Host: evil.example"), 400),
        hostile("foreign Host", get(SESSIONS, "Host: evil.example:" + port), 403),
        hostile("Host of a suffix", get(SESSIONS, "Host: localhost.evil.example:" + port), 403),
        hostile("Host with other port", get(SESSIONS, "Host: localhost:1"), 403),
        hostile("Host without port", get(SESSIONS, "Host: localhost"), 403),
        hostile("Host with user", get(SESSIONS, "Host: a@localhost:" + port), 403),
        hostile("foreign Origin", get(SESSIONS, "Origin: https://evil.example"), 403),
        hostile("Origin null", get(SESSIONS, "Origin: null"), 403),
        hostile("Origin of another port", get(SESSIONS, "Origin: http://localhost:1"), 403),
        hostile("cross-site", get(SESSIONS, "Sec-Fetch-Site: cross-site"), 403),
        hostile("same-site", get(SESSIONS, "Sec-Fetch-Site: same-site"), 403),
        hostile("two tokens", get(SESSIONS, "Authorization: Bearer x"), 400),
        hostile(
            "forwarded",
            head("GET " + SESSIONS, "X-Forwarded-For: 127.0.0.1", "X-Real-IP: ::1"),
            401),
        hostile(
            "many headers",
            head("GET " + SESSIONS, AUTH, "X: y\r\n".repeat(20_000) + "Z: z"),
            CLOSED),
        hostile("big headers", head("GET " + SESSIONS, AUTH, bomb.repeat(50) + "Z: z"), CLOSED),
        hostile("header name with blank", head("GET " + SESSIONS, "Bad Name: x"), 400, 401),
        hostile("NUL in header", get(SESSIONS, "X-A: a\0b"), 200, 400),
        hostile(
            "bad If-Match",
            head("DELETE " + SESSIONS + "/sess_demo0001", AUTH, "If-Match: 1-1"),
            400),
        hostile(
            "old If-Match",
            head("DELETE " + SESSIONS + "/sess_demo0001", AUTH, "If-Match: \"1-99\""),
            412),
        hostile("HTTP/0.9", "GET " + SESSIONS + "\r\n\r\n", 400),
        hostile("HTTP/3", "GET " + SESSIONS + " HTTP/3\r\nHost: x\r\n\r\n", 400),
        hostile("no version", "GET " + SESSIONS + " \r\n\r\n", 400, CLOSED),
        hostile("nonsense", "\u0016\u0003\u0001\u0002\u0000\r\n\r\n", 400, CLOSED));
  }

  Stream<HostileRequest> tokens() {
    return Stream.of(
        hostile("no token", head("GET " + SESSIONS), 401),
        hostile("no token, unknown path", head("GET /api/v1/nothing"), 401),
        hostile("empty token", head("GET " + SESSIONS, "Authorization: Bearer "), 401),
        hostile("no scheme", head("GET " + SESSIONS, "Authorization: " + AdminFixture.TOKEN), 401),
        hostile(
            "Basic", head("GET " + SESSIONS, "Authorization: Basic " + AdminFixture.TOKEN), 401),
        hostile("shorter", head("GET " + SESSIONS, "Authorization: Bearer made-up-token-000"), 401),
        hostile("longer", head("GET " + SESSIONS, AUTH + "1"), 401),
        hostile("list", head("GET " + SESSIONS, AUTH + ", Bearer x"), 401),
        hostile("giant", head("GET " + SESSIONS, AUTH + "x".repeat(20_000)), 401),
        hostile("in the query", head("GET " + SESSIONS + "?token=" + AdminFixture.TOKEN), 401),
        hostile("cookie", head("GET " + SESSIONS, "Cookie: token=" + AdminFixture.TOKEN), 401),
        hostile("bytes", head("GET " + SESSIONS, "Authorization: Bearer \u00e9\u00ff"), 401));
  }

  Stream<HostileRequest> bodies() {
    return Stream.of(
        hostile("empty", post(""), 400),
        hostile("not JSON", post("user_id=1"), 400),
        hostile("array", post("[" + OK_BODY + "]"), 400),
        hostile("text", post("\"x\""), 400),
        hostile("null", post("null"), 400),
        hostile("cut off", post(OK_BODY.substring(0, 40)), 400),
        hostile("trailing", post(OK_BODY + OK_BODY), 400),
        hostile("comment", post("/* */" + OK_BODY), 400),
        hostile("single quotes", post(OK_BODY.replace('"', '\'')), 400),
        hostile("NaN", post("{\"user_id\":\"u\",\"api_id\":NaN}"), 400),
        hostile("name twice", post("{\"user_id\":\"a\",\"user_id\":\"b\"}"), 400),
        hostile("deep arrays", post(nested("[", "]", 20_000)), 400),
        hostile("deep objects", post(nested("{\"a\":", "1}", 30)), 400),
        hostile(
            "long number", post("{\"user_id\":\"u\",\"api_id\":" + "9".repeat(1000) + "}"), 400),
        hostile("huge exponent", post("{\"user_id\":\"u\",\"api_id\":1e999999999}"), 422),
        hostile("long string", post("{\"user_id\":\"" + "a".repeat(20_000) + "\"}"), 400),
        hostile("long name", post("{\"" + "a".repeat(5000) + "\":1}"), 400),
        hostile("name of control characters", post("{\"a\\u001b[31m\\r\\n\":1}"), 422),
        hostile("prototype", post("{\"__proto__\":{},\"user_id\":\"u\"}"), 422),
        hostile(
            "SQL in values",
            post(OK_BODY.replace("sess_hostile", "x'); drop table user_sessions;--")),
            422),
        hostile(
            "another user's session", post(OK_BODY.replace("sess_hostile", "sess_demo0001")), 409),
        hostile("body of a GET", get(SESSIONS, "Content-Length: 3") + "abc", 400),
        hostile(
            "a form's activate",
            head(
                "POST " + SESSIONS + "/sess_demo0001/activate",
                AUTH,
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Length: 0"),
            415),
        hostile(
            "ten thousand tags",
            post(OK_BODY.getBytes(UTF_8), JSON, "If-Match: \"\"" + ",\"\"".repeat(9_999)),
            412),
        hostile("a number of a thousand digits", post(chats("1e999")), 422),
        hostile("the log's name for all", post(OK_BODY.replace("sess_hostile", "*")), 422),
        hostile("a path as an id", post(OK_BODY.replace("100200399", "..")), 422),
        hostile(
            "body of activate",
            head("POST " + SESSIONS + "/sess_demo0001/activate", AUTH, "Content-Length: 2") + "{}",
            400),
        hostile("no type", post(OK_BODY.getBytes(UTF_8)), 415),
        hostile(
            "form",
            post(OK_BODY.getBytes(UTF_8), "Content-Type: application/x-www-form-urlencoded"),
            415),
        hostile("plain text", post(OK_BODY.getBytes(UTF_8), "Content-Type: text/plain"), 415),
        hostile(
            "JSON of a kind",
            post(OK_BODY.getBytes(UTF_8), "Content-Type: application/json5"),
            415),
        hostile("two types", post(OK_BODY.getBytes(UTF_8), JSON, "Content-Type: text/plain"), 400),
        hostile("charset UTF-7", post(OK_BODY.getBytes(UTF_8), JSON + "; charset=utf-7"), 415),
        hostile("UTF-16", post(OK_BODY.getBytes(UTF_16), JSON), 400),
        hostile("BOM", post(("\uFEFF" + OK_BODY).getBytes(UTF_8), JSON), 400),
        hostile("Latin-1", post("{\"user_id\":\"\u00fc\"}".getBytes(ISO_8859_1), JSON), 400),
        hostile("gzip", post(gzip(OK_BODY), JSON, "Content-Encoding: gzip"), 415),
        hostile("gzip unsaid", post(gzip(OK_BODY), JSON), 400),
        hostile("too long", post("{\"user_id\":\"" + " ".repeat(70_000) + "\"}"), 413));
  }

  Stream<HostileRequest> lengths() {
    return Stream.of(
        hostile(
            "two lengths",
            head(
                    "POST " + SESSIONS,
                    AUTH,
                    JSON,
                    "Content-Length: 3",
                    "Content-Length: " + OK_BODY.length())
                + OK_BODY,
            400),
        hostile("length and chunks", chunked("0\r\n\r\n", "Content-Length: 5"), 400),
        hostile(
            "negative length",
            head("POST " + SESSIONS, AUTH, JSON, "Content-Length: -1") + OK_BODY,
            400),
        hostile(
            "length with plus",
            head("POST " + SESSIONS, AUTH, JSON, "Content-Length: +3") + "{} ",
            400),
        hostile(
            "length of letters",
            head("POST " + SESSIONS, AUTH, JSON, "Content-Length: abc") + OK_BODY,
            400),
        hostile(
            "length of a list",
            head("POST " + SESSIONS, AUTH, JSON, "Content-Length: 3, 3") + "{} ",
            400),
        hostile(
            "length beyond a long",
            head("POST " + SESSIONS, AUTH, JSON, "Content-Length: 99999999999999999999") + OK_BODY,
            400),
        hostile(
            "length of a gigabyte",
            head("POST " + SESSIONS, AUTH, JSON, "Content-Length: 1073741824") + OK_BODY,
            413),
        hostile("bad chunk size", chunked("zz\r\n" + OK_BODY), 400, CLOSED),
        hostile("negative chunk", chunked("-5\r\n" + OK_BODY), 400, CLOSED),
        hostile("giant chunk size", chunked("7fffffffffffffffff\r\n" + OK_BODY), 400, CLOSED),
        hostile("chunk overflow", chunked("ffffffff\r\n" + OK_BODY), 400, 413, CLOSED),
        hostile("chunk extension", chunked("3;a=b\r\n{} \r\n0\r\n\r\n"), 422),
        hostile("chunk without end", chunked("2\r\n{}XX0\r\n\r\n"), 400, CLOSED),
        hostile(
            "chunks too long",
            chunked(("2000\r\n" + " ".repeat(0x2000) + "\r\n").repeat(9) + "0\r\n\r\n"),
            413),
        hostile("second request hidden", new String(post("{}"), ISO_8859_1) + get(SESSIONS), 422));
  }

  Stream<HostileRequest> all() {
    return Stream.of(methods(), paths(), headers(), tokens(), bodies(), lengths())
        .flatMap(cases -> cases);
  }
}
