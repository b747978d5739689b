#!/usr/bin/env bash
# Builds, measures, and writes docs/benchmarks.md: run.sh [part]…, all parts unless some are named.
# The parts are those of measure.sh, which Maven runs once everything is built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

parts=${*:-all}
exec ./mvnw -q -B -Pbenchmarks -pl benchmarks -am package "-Dbenchmarks=${parts// /,}"
