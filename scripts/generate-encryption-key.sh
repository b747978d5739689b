#!/usr/bin/env bash
# Prints a new master key on standard output: 32 random bytes from the operating system, as base64.
set -euo pipefail

if [ $# -gt 0 ]; then
  cat <<'USAGE'
usage: ./scripts/generate-encryption-key.sh

Prints a new master key: 32 random bytes, as base64. For a key outside the database (recommended), write it
to a file, give that to every agent as ENCRYPTION_MASTER_KEY_FILE, and run ./start.sh --rotate-key:

  (umask 077; ./scripts/generate-encryption-key.sh > session.key)

Read docs/keys.md before, and back the file up: without it, the sessions cannot be read.

For a key in the database, connect by psql and run

  UPDATE encryption_keys SET master_key = 'the key' WHERE id = 1;

All sessions follow to the new key in that transaction. A database that was migrated has a random key
already, so this is for changing it.
USAGE
  case "$1" in -h | --help) exit 0 ;; *) exit 2 ;; esac
fi

key=$(head -c 32 /dev/urandom | base64)
[ "${#key}" -eq 44 ] || { echo 'generate-encryption-key.sh: /dev/urandom or base64 failed' >&2; exit 1; }
printf '%s\n' "$key"
[ ! -t 1 ] || printf '\nTo use it: UPDATE encryption_keys SET master_key = '\''…'\'' WHERE id = 1;\n' >&2
