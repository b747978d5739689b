package io.vibee.session.jdbc;

import java.io.File;
import java.util.Locale;

/**
 * What a URL leaves to the machine that it is read on.
 *
 * @param user the operating system's user, which is the database user where none is named
 * @param rootCertificateExists whether there is a root certificate in its default place, which
 *     turns {@code sslmode=require} into {@code verify-ca}
 */
record DatabaseUrlMachine(String user, boolean rootCertificateExists) {

  /** This machine, as the driver sees it: by system properties. */
  static DatabaseUrlMachine here() {
    String user = System.getProperty("user.name", "");
    // So Java calls a user whom the system has no name for, as is usual in containers.
    if (user.equals("?")) user = "";
    return new DatabaseUrlMachine(user, new File(certificates(), "root.crt").exists());
  }

  private static File certificates() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    return system.contains("windows")
        ? new File(String.valueOf(System.getenv("APPDATA")), "postgresql")
        : new File(System.getProperty("user.home", ""), ".postgresql");
  }
}
