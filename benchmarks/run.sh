#!/usr/bin/env bash
# Measures, and writes docs/benchmarks.md: run.sh [keys] [admin] [testkit], all unless some are named.
# Takes some minutes; let nothing else run meanwhile.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
results=benchmarks/results

case " $* " in
  "  ") set -- keys admin testkit ;;
esac
for part in "$@"; do
  case $part in
    keys | admin | testkit) ;;
    *) echo "run.sh: there are the parts keys, admin and testkit" >&2 && exit 2 ;;
  esac
done

./mvnw -q -B -pl benchmarks -am -Dmaven.test.skip=true -Dspotless.check.skip -Dmaven.javadoc.skip -Dmaven.source.skip package

all=0-$(($(nproc) - 1))

figures() { # the cores to run on, a class of the benchmarks, its arguments
  local cores=$1 class=$2
  shift 2
  taskset -c "$cores" java -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp benchmarks/target/benchmarks.jar \
    "io.vibee.session.benchmarks.$class" "$@"
}

machine() {
  printf '%s, %s cores, %s, %s.\n' "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1)" "$(nproc)" \
    "$(uname -sr)" "$(date -u +%Y-%m-%d)"
}

keys() {
  machine
  printf '\n### 20,000 sessions, all cores\n'
  figures "$all" KeyFigures 20000
  printf '\n### 20,000 sessions, server and client on one core\n'
  figures 0 KeyFigures 20000
  printf '\n### 100,000 sessions, all cores\n'
  figures "$all" KeyFigures 100000
}

admin() {
  machine
  figures "$all" AdminFigures
}

testkit() {
  machine
  figures "$all" TestkitFigures
}

for part in "$@"; do
  "$part" >"$results/$part.md.new"
  mv "$results/$part.md.new" "$results/$part.md"
done

page=docs/benchmarks.md
{
  cat <<'TEXT'
# Benchmarks

Written by `benchmarks/run.sh`. It starts a PostgreSQL of its own, with the settings that it comes with, and
needs a JDK, and `pgbench` for the second part. Server and client share the machine, and the connection is not
encrypted. Each figure stands beside its reference from the same round, and ratios are medians of the rounds'
ratios.

## Keys

- *One UPDATE by hand* is what an operator would type: one statement that decrypts and encrypts all hashes with
  pgcrypto, by the same parameters and a random key, on a copy of the table that has the same rows and indexes
  and no triggers.
- *Rotation* is `changeKey` and `rotate` from start to end: in batches of 1,000, each a transaction of its
  own, with the last look for rows that are left. Other sessions go on being read and written meanwhile.
- *Loading* is `forEachActive` over all sessions with a connection that is there already.

TEXT
  cat "$results/keys.md"
  cat <<'TEXT'

## REST API

16 clients, each of which sends the next request over its connection when the last was answered, beside
pgbench with 16 connections and the same SQL (`get.sql`, `post.sql` in `benchmarks/`), in the same round.
Clients, agent and PostgreSQL share the cores. The agent's store uses up to four connections. An update
changes the phone and sends the `api_hash` too, as the quick start's `curl` does; it is seven statements,
with the triggers that encrypt and log.

TEXT
  cat "$results/admin.md"
  cat <<'TEXT'

## Databases for tests

What a test with `@SessionDatabase` waits for its own migrated database, beside the same SQL by hand on the same
server, over a connection that is there already, in the same test. The server is the testkit's embedded one,
without `fsync`.

TEXT
  cat "$results/testkit.md"
} >"$page.new"
mv "$page.new" "$page"
echo "written: $page"
