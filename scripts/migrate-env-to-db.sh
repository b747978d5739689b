#!/usr/bin/env bash
# Moves the accounts of the TELEGRAM_* variables, from the environment or .env, into the database.
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: ./scripts/migrate-env-to-db.sh [--migrate] [--replace] [--env-file FILE] [--json]

Moves all accounts of the environment, or of .env and .envrc beside the project, into the database of
DATABASE_URL. Nothing in those files is executed. Run it as often as you like: what is stored already
stays as it is.

  DATABASE_URL, TELEGRAM_SESSION_ID, TELEGRAM_API_ID, TELEGRAM_API_HASH   needed
  USER_ID      the Telegram user id of the first account, USER_ID_2 that of the second, and so on

  --migrate    make or update the tables first
  --replace    also change sessions that are stored with other values; without it they are an error
  --env-file   read this file instead of .env and .envrc
  --json       print what was done as JSON

Exit codes are those of scripts/vibee-session import-env --help.
USAGE
}

self=${BASH_SOURCE[0]}
while [ -L "$self" ]; do # not "readlink -f", which older systems lack
  link=$(readlink "$self")
  case $link in /*) self=$link ;; *) self=$(dirname "$self")/$link ;; esac
done
cli=$(dirname "$self")/vibee-session
options=()
json=false
unknown=
given=$#
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --json)
      json=true
      options+=("$1")
      ;;
    --migrate | --replace | --env-file=*) options+=("$1") ;;
    --env-file)
      [ $# -gt 1 ] || { printf 'migrate-env-to-db.sh: --env-file needs a file\n' >&2; exit 2; }
      options+=("$1" "$2")
      shift
      ;;
    *) # its value is not repeated: it may be a secret that was meant for the environment
      name=${1%%=*}
      [[ $name =~ ^--[a-z][a-z-]{1,29}$ ]] || name="argument $((given - $# + 1))"
      unknown+=", $name"
      ;;
  esac
  shift
done

if [ -n "$unknown" ]; then
  printf 'migrate-env-to-db.sh: unknown: %s; --help lists the options\n' "${unknown#, }" >&2
  exit 2
fi

"$cli" import-env ${options[@]+"${options[@]}"}
$json || cat >&2 <<'NEXT'

Next steps:
  1. In .env or the environment, take out TELEGRAM_SESSION_ID and its numbered variants: what is left of
     them is passed over with a warning. Keep DATABASE_URL.
  2. Load one account with USER_ID=<its id>, or all of them with MULTI_TENANT=true:
       USER_ID=<its id> ./start.sh --once
       MULTI_TENANT=true ./start.sh --once
  3. When that works, delete every TELEGRAM_API_HASH from .env and from backups of it. Until then keep the
     file to yourself: chmod 600 .env
NEXT
