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
archive=$target/agent.jsa
case $home in *:*) fail "move the project: a class path cannot hold the colon in $home" ;; esac

# shellcheck source=scripts/java.sh
. "$home/scripts/java.sh"

# Also finds out, in the same look at the files, whether the archive of classes is whole: Java 17 crashes on one
# that is cut off. Every program that is called takes some milliseconds, so there is one.
built() {
  local size=0 found look=()
  whole=
  [ -f "$target/agent.jar" ] || return
  if [ -f "$archive" ] && [ -f "$archive.size" ]; then
    read -r size <"$archive.size" || :
    if [[ $size =~ ^[0-9]+$ ]]; then look=("$archive"); else size=0; fi
  fi
  found=$(find -H ${look[@]+"${look[@]}"} "$home/pom.xml" "$home/migrations" "$home"/session-*/pom.xml \
    "$home"/session-*/src/main "$home/examples/agent/pom.xml" "$home/examples/agent/src/main" \
    -name agent.jsa -size "${size}c" -print -o ! -name agent.jsa -newer "$target/agent.jar" -print -quit)
  case $found in
    "") ;;
    "$archive") whole=yes ;;
    *) return 1 ;;
  esac
}

build() {
  printf 'start.sh: building, the first time takes a few minutes\n' >&2
  "$home/mvnw" -q -B -f "$home/pom.xml" -pl examples/agent -am -Dmaven.test.skip=true -Dspotless.check.skip \
    package >&2 </dev/null ||
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
  built || :
fi

case " $* " in
  *" --once "* | *" --demo "*) prefer -XX:TieredStopAtLevel= -XX:TieredStopAtLevel=1 ;;
  # Half an agent is worse than one that is started again. It exits with 3, which --once says otherwise.
  *) prefer -XX:.ExitOnOutOfMemoryError -XX:+ExitOnOutOfMemoryError ;;
esac

# Classes as Java keeps them in memory, made with the jar. Java passes over those of another JDK, jar or
# folder, and would say so on standard output, unless it is told what to log. Who tells it so does without.
case "${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-}" in
  *-Xlog* | *-Xshare* | *-verbose* | *SharedArchive*) whole= ;;
esac
if [ -n "$whole" ]; then
  flags+=(-XX:SharedArchiveFile="$archive" -Xlog:disable -Xlog:all=warning:stderr "-Xlog:cds*=off:stderr")
fi

# shellcheck disable=SC2086 # JAVA_OPTS is a list of options
exec "$java" ${flags[@]+"${flags[@]}"} ${JAVA_OPTS:-} -Dvibee.home="$home" \
  -jar "$target/agent.jar" "$@"
