#!/usr/bin/env bash
# Runs the reference agent: ./start.sh --help. Builds it when it is missing or its sources are newer.
set -euo pipefail

fail() {
  printf 'start.sh: %s\n' "$1" >&2
  exit 2
}

self=${BASH_SOURCE[0]}
while [ -L "$self" ]; do # not "readlink -f", which older systems lack
  link=$(readlink "$self")
  case $link in /*) self=$link ;; *) self=$(dirname "$self")/$link ;; esac
done
case $self in */*) home=${self%/*} ;; *) home=. ;; esac
home=$(cd "${home:-/}" && pwd -P)
target=$home/examples/agent/target
case $home in *:*) fail "move the project: a class path cannot hold the colon in $home" ;; esac

java=java
if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
  if [ -r "$JAVA_HOME/release" ] && grep -qE '^JAVA_VERSION="(1\.|[0-9]\.|9"|1[0-6][."])' "$JAVA_HOME/release"; then
    fail "JAVA_HOME is too old: set it to a JDK 17 or newer"
  fi
fi
command -v "$java" >/dev/null || fail "there is no java: install a JDK 17 or newer, or set JAVA_HOME"

# Without a locale, Java reads file names and prints text as ASCII.
[ -n "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ] || export LC_ALL=C.UTF-8

built() {
  [ -f "$target/agent.jar" ] &&
    [ -z "$(find -H "$home/pom.xml" "$home/migrations" "$home"/session-*/pom.xml "$home"/session-*/src/main \
      "$home/examples/agent/pom.xml" "$home/examples/agent/src/main" -newer "$target/agent.jar" -print -quit)" ]
}

build() {
  printf 'start.sh: building, the first time takes a few minutes\n' >&2
  "$home/mvnw" -q -B -f "$home/pom.xml" -pl examples/agent -am -Dmaven.test.skip=true -Dspotless.check.skip \
    -Dmaven.javadoc.skip -Dmaven.source.skip -Dvibee.shade.skip package >&2 </dev/null ||
    fail "the build failed, see above; it needs a JDK 17 or newer, Maven Central, and a folder that it may write to"
}

if ! built; then
  # Two started at once: the second waits, then finds it built.
  if command -v flock >/dev/null && : 2>/dev/null >>"$home/.start.lock"; then
    exec 9>>"$home/.start.lock"
    flock 9
    built || build
    exec 9>&-
  else
    build
  fi
fi

flags=(-XX:+UseSerialGC -Xshare:auto)
case " $* " in
  *" --once "* | *" --demo "*) flags+=(-XX:TieredStopAtLevel=1) ;;
  # Half an agent is worse than one that is started again. It exits with 3, which --once says otherwise.
  *) flags+=(-XX:+ExitOnOutOfMemoryError) ;;
esac

# Classes as Java keeps them in memory, made with the jar. Java passes over those of another JDK, jar or
# folder, and would say so on standard output. It does not notice that some are cut off, and crashes.
archive=$target/agent.jsa
if [ -f "$archive" ] && [ -f "$archive.size" ]; then
  size=$(wc -c <"$archive")
  if [ "${size//[!0-9]/}" = "$(<"$archive.size")" ]; then
    flags+=(-XX:SharedArchiveFile="$archive" -Xlog:disable -Xlog:all=warning:stderr "-Xlog:cds*=off:stderr")
  fi
fi

# shellcheck disable=SC2086 # JAVA_OPTS is a list of options
exec "$java" "${flags[@]}" ${JAVA_OPTS:-} -Dvibee.home="$home" \
  -jar "$target/agent.jar" "$@"
