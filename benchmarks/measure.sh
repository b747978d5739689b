#!/usr/bin/env bash
# Run by Maven with -Pbenchmarks: measures the parts that are named, separated by commas, or all of them, and
# writes docs/benchmarks.md from their results and those of the other parts' last run.
# Let nothing else run meanwhile. BENCHMARKS_SIZES=1000,10000 and BENCHMARKS_ROUNDS=2 try it out in less time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
results=benchmarks/results
texts=benchmarks/page

parts=(loading pgcrypto alternatives once heartbeats fleet memory keys saving admin testkit) # in the order of the page
case ${1:-all} in
  all) chosen=("${parts[@]}") ;;
  *) IFS=, read -ra chosen <<<"$1" ;;
esac
for part in "${chosen[@]}"; do
  case " ${parts[*]} " in
    *" $part "*) ;;
    *) echo "measure.sh: there is no part \"$part\", only ${parts[*]}" >&2 && exit 2 ;;
  esac
done

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

measure() {
  machine
  case $1 in
    loading) figures "$all" LoadingFigures ;;
    pgcrypto) figures "$all" PgcryptoFigures ;;
    alternatives) figures "$all" LoadingFigures alternatives ;;
    once) figures "$all" OnceFigures ;;
    heartbeats) figures "$all" HeartbeatFigures ;;
    fleet) figures "$all" FleetFigures ;;
    memory) figures "$all" MemoryFigures ;;
    keys)
      printf '\n### 20,000 sessions, all cores\n'
      figures "$all" KeyFigures 20000
      printf '\n### 20,000 sessions, server and client on one core\n'
      figures 0 KeyFigures 20000
      printf '\n### 100,000 sessions, all cores\n'
      figures "$all" KeyFigures 100000
      ;;
    saving) figures "$all" SavingFigures ;;
    admin) figures "$all" AdminFigures ;;
    testkit) figures "$all" TestkitFigures ;;
  esac
}

for part in "${chosen[@]}"; do
  echo "measuring: $part" >&2
  measure "$part" >"$results/$part.md.new"
  mv "$results/$part.md.new" "$results/$part.md"
done

page=docs/benchmarks.md
{
  cat "$texts/head.md"
  for part in "${parts[@]}"; do
    [ -e "$results/$part.md" ] || continue # never measured
    echo
    cat "$texts/$part.md"
    echo
    cat "$results/$part.md"
  done
} >"$page.new"
mv "$page.new" "$page"
echo "written: $page"
