# Sourced by `run` and `nightly`: runs gates one after the other, all of them whatever happens, and counts.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
set -o pipefail
export TURBO_TELEMETRY_DISABLED=1
passed=0
failures=()
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

gate() { # name command…
  local name=$1 start=$SECONDS
  shift
  printf '\n== %s: %s\n' "$name" "$*"
  if "$@" 2>&1 | tee "$logs/$name"; then
    passed=$((passed + 1))
    echo "== $name passed in $((SECONDS - start)) s"
  else
    failures+=("$name")
    echo "== $name FAILED in $((SECONDS - start)) s"
  fi
}

# Once more what failed, since of a long output the end is what is read; false if anything did.
sum_up() {
  [ "${#failures[@]}" -gt 0 ] || return 0
  local name
  for name in "${failures[@]}"; do
    printf '\n== what failed in %s\n' "$name"
    grep -aE -A 15 'FAIL|✗|×|ERR|Error:|skipped:' "$logs/$name" | tail -n 120
    echo "== and its end"
    tail -n 15 "$logs/$name"
  done
  printf '\nFailed: %s\n' "${failures[*]}"
  return 1
}

finish() {
  sum_up
  printf '\n%s passed, %s failed\n' "$passed" "${#failures[@]}"
  [ "${#failures[@]}" -eq 0 ] && [ "$passed" -gt 0 ]
}
