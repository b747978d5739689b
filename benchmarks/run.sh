#!/usr/bin/env bash
# Measures and writes docs/benchmarks.md; takes some minutes. Let nothing else run meanwhile.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

./mvnw -q -B -pl benchmarks -am -Dmaven.test.skip=true -Dspotless.check.skip -Dmaven.javadoc.skip -Dmaven.source.skip package

measure() { # sessions, then the command that holds it to some cores
  local sessions=$1
  shift
  "$@" java -Dorg.slf4j.simpleLogger.defaultLogLevel=error -jar benchmarks/target/benchmarks.jar "$sessions"
}

page=docs/benchmarks.md
trap 'rm -f "$page.new"' EXIT
{
  cat <<'TEXT'
# Benchmarks

Written by `benchmarks/run.sh`, which needs nothing but a JDK: it starts a PostgreSQL of its own, with the
settings that it comes with. Server and client share the machine, and the connection is not encrypted. Each
figure stands beside its reference from the same round, and ratios are medians of the rounds' ratios.

- *One UPDATE by hand* is what an operator would type: one statement that decrypts and encrypts all hashes with
  pgcrypto, by the same parameters and a random key, on a copy of the table that has the same rows and indexes
  and no triggers.
- *Rotation* is `changeKey` and `rotate` from start to end: in batches of 1,000, each a transaction of its
  own, with the last look for rows that are left. Other sessions go on being read and written meanwhile.
- *Loading* is `forEachActive` over all sessions with a connection that is there already.
TEXT
  printf '\n%s, %s cores, %s, %s.\n' "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1)" "$(nproc)" \
    "$(uname -sr)" "$(date -u +%Y-%m-%d)"
  printf '\n## 20,000 sessions, all cores\n'
  measure 20000
  printf '\n## 20,000 sessions, server and client on one core\n'
  measure 20000 taskset -c 0
  printf '\n## 100,000 sessions, all cores\n'
  measure 100000
} >"$page.new"
mv "$page.new" "$page"
echo "written: $page"
