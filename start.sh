#!/usr/bin/env bash
# Runs the reference agent: ./start.sh --help. Builds it when it is missing or its sources are newer.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
target=$home/examples/agent/target

fail() {
  printf 'start.sh: %s\n' "$1" >&2
  exit 2
}

java=java
[ -z "${JAVA_HOME:-}" ] || java=$JAVA_HOME/bin/java
command -v "$java" >/dev/null || fail "there is no java: install a JDK 17 or newer, or set JAVA_HOME"

built() {
  [ -f "$target/agent.jar" ] &&
    [ -z "$(find -H "$home/pom.xml" "$home/migrations" "$home"/session-*/pom.xml "$home"/session-*/src/main \
      "$home/examples/agent/pom.xml" "$home/examples/agent/src/main" -newer "$target/agent.jar" -print -quit)" ]
}

if ! built; then
  printf 'start.sh: building, the first time takes a few minutes\n' >&2
  "$home/mvnw" -q -B -f "$home/pom.xml" -pl examples/agent -am -DskipTests -Dspotless.check.skip -Dmaven.javadoc.skip \
    -Dmaven.source.skip package >&2 </dev/null || fail "the build failed: see above; it needs a JDK 17 or newer"
fi

flags=(-XX:+UseSerialGC -Xshare:auto)
case " $* " in
  *" --once "* | *" --demo "*) flags+=(-XX:TieredStopAtLevel=1) ;;
esac
# shellcheck disable=SC2086 # JAVA_OPTS is a list of options
exec "$java" "${flags[@]}" ${JAVA_OPTS:-} -Dvibee.home="$home" \
  -jar "$target/agent.jar" "$@"
