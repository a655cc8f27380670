# Sourced by `run` and `nightly`: runs gates one after the other, all of them whatever happens, and counts.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
export TURBO_TELEMETRY_DISABLED=1
passed=0
failures=()

gate() { # name command…
  local name=$1 start=$SECONDS
  shift
  printf '\n== %s: %s\n' "$name" "$*"
  if "$@"; then
    passed=$((passed + 1))
    echo "== $name passed in $((SECONDS - start)) s"
  else
    failures+=("$name")
    echo "== $name FAILED in $((SECONDS - start)) s"
  fi
}

finish() {
  printf '\n'
  [ "${#failures[@]}" -eq 0 ] || echo "Failed: ${failures[*]}"
  echo "$passed passed, ${#failures[@]} failed"
  [ "${#failures[@]}" -eq 0 ] && [ "$passed" -gt 0 ]
}
