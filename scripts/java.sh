# shellcheck shell=bash
# How start.sh and scripts/vibee-session start Java. They source this, and define "fail" before. Sets "java",
# the program, and "flags", to which "prefer" adds.

java=java
if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
  if [ ! -f "$java" ] || [ ! -x "$java" ]; then
    fail "JAVA_HOME is $JAVA_HOME, where there is no bin/java: set it to a JDK 17 or newer, or unset it"
  fi
  too_old=$'(^|\n)JAVA_VERSION="(1\\.|[0-9]\\.|9"|1[0-6][."])'
  if [ -r "$JAVA_HOME/release" ] && [[ $(<"$JAVA_HOME/release") =~ $too_old ]]; then
    fail "JAVA_HOME is $JAVA_HOME, which is too old: set it to a JDK 17 or newer"
  fi
fi
command -v "$java" >/dev/null || fail "there is no java: install a JDK 17 or newer, or set JAVA_HOME"

# What a user asks of Java wins, wherever it is asked: of two collectors Java takes none and ends, and what it
# reads before our own options would be overridden by them.
asked="${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} ${JAVA_OPTS:-} ${_JAVA_OPTIONS:-}"
flags=()
# Adds an option unless the user's match the pattern, or are in a file, where anything may be.
prefer() {
  [[ " $asked" =~ $1|[[:space:]]@|-XX:(Flags|VMOptionsFile)= ]] || flags+=("$2")
}
prefer '-XX:[+]Use[A-Za-z0-9]+GC([^A-Za-z0-9]|$)' -XX:+UseSerialGC

# Java reads arguments, variables and names of files in the charset of the locale. Without a locale, or with
# one that this machine lacks, be it for dates alone, that is ASCII, and all other letters are lost.
utf8_where_java_would_take_ascii() {
  local charset utf8 euro=$'\xe2\x82\xac'
  case $OSTYPE in darwin*) return ;; esac # where Java takes UTF-8 in any case
  # bash counts one character where it has a locale of UTF-8: no program needs to be called.
  if [ "${#euro}" -eq 1 ] && { [ -n "${LC_ALL:-}" ] || [ -z "${!LC_*}" ]; }; then return; fi
  charset=$(locale charmap 2>&1) || :
  case $charset in
    "" | *[[:space:]]* | ANSI_X3.4-1968 | US-ASCII) ;; # with spaces, it is a complaint
    *) return ;;
  esac
  for utf8 in C.UTF-8 en_US.UTF-8; do
    # From C, since bash keeps a locale when it does not find the next one.
    # shellcheck disable=SC2030,SC2031 # tried in a subshell, then set here
    if (LC_ALL=C && LC_ALL=$utf8 && [ "${#euro}" -eq 1 ]) 2>/dev/null; then
      export LC_ALL=$utf8
      return
    fi
  done
}
utf8_where_java_would_take_ascii
