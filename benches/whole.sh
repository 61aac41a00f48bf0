#!/usr/bin/env bash
# Measures the whole program, and other checkers of manifests on the same files, and prints the
# tables of docs/performance.md. Needs hyperfine, jq and GNU time (Debian packages of these names).
# Other checkers are measured where they are on PATH; PEERS= (empty) leaves them out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

SIZES=${SIZES:-"1000 10000 100000"}
PEER_SIZE=${PEER_SIZE:-1000}
PEERS=${PEERS-"kubeconform kube-score yamllint kubernetes-validate checkov"}
RUNS=${RUNS:-10}
data=target/measure
program=$PWD/target/release/neg-doctor

cargo build --quiet --release --locked
mkdir -p "$data"
for size in $SIZES $PEER_SIZE; do
  [ -d "$data/$size" ] ||
    cargo run --quiet --release --example generate-manifests -- "$size" "$data/$size"
  [ -d "$data/$size-one" ] ||
    cargo run --quiet --release --example generate-manifests -- --one-file "$size" "$data/$size-one"
done

# The median of so many runs of a command, in milliseconds, then its quickest and slowest.
milliseconds() {
  local runs=$1
  shift
  hyperfine --shell none --warmup 1 --runs "$runs" --ignore-failure --style none \
    --export-json "$data/times.json" "$*" >/dev/null 2>&1
  jq -r '.results[0] | [.median, .min, .max] | map(. * 1000 * 10 | round / 10) | join(" ")' "$data/times.json"
}

# The peak of resident memory of one run, in kilobytes.
kilobytes() {
  /usr/bin/time --format %M --output "$data/peak" "$@" >/dev/null 2>&1 || true
  tail -n 1 "$data/peak"
}

row() {
  local name=$1 bytes=$2 runs=$3
  shift 3
  local median least most peak
  read -r median least most <<<"$(milliseconds "$runs" "$@")"
  peak=$(kilobytes "$@")
  printf '| %s | %s ms | %s–%s ms | %s MB |' "$name" "$median" "$least" "$most" \
    "$(jq -n "$peak / 102.4 | round / 10")"
  if [ "$bytes" -gt 0 ]; then
    printf ' %s MB/s |\n' "$(jq -n "$bytes / $median / 100 | round / 10")"
  else
    printf ' |\n'
  fi
}

bytes_of() { find "$1" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }'; }

head -n 400 "$data/$PEER_SIZE-one/all.yaml" | awk '/^---$/ { exit } { print }' >"$data/small.yaml"
printf '%s, %s cores, %s\n\n' "$("$program" --version)" "$(nproc)" "$(rustc --version)"
echo '| what | median | range | peak memory | |'
echo '|---|---|---|---|---|'
row '`neg-doctor --version`' 0 "$RUNS" "$program" --version
row 'one object' 0 "$RUNS" "$program" check --no-config "$data/small.yaml"
for size in $SIZES; do
  bytes=$(bytes_of "$data/$size")
  row "$size objects, $(jq -n "$bytes / 1e5 | round / 10") MB, files of 50" "$bytes" "$RUNS" \
    "$program" check --no-config --format json "$data/$size"
  row "$size objects, one file" "$bytes" "$RUNS" \
    "$program" check --no-config --format json "$data/$size-one"
done

[ -n "$PEERS" ] || exit 0
bytes=$(bytes_of "$data/$PEER_SIZE")
files=$(find "$data/$PEER_SIZE" -name '*.yaml' | sort | tr '\n' ' ')
# Schemas that allow everything: without a network kubeconform then parses and validates nothing.
schemas=$data/schemas
mkdir -p "$schemas"
echo '{}' >"$schemas/any.json"
command_of() {
  case $1 in
    yamllint) echo "yamllint -d relaxed $data/$PEER_SIZE" ;;
    kubeconform) echo "kubeconform -n 2 -schema-location $schemas/any.json $data/$PEER_SIZE" ;;
    kube-score) echo "kube-score score --output-format ci $files" ;;
    kubernetes-validate) echo "kubernetes-validate --kubernetes-version 1.33 $files" ;;
    checkov) echo "checkov --framework kubernetes --quiet --compact --directory $data/$PEER_SIZE" ;;
  esac
}
printf '\n%s objects, %s MB, files of 50:\n\n' "$PEER_SIZE" "$(jq -n "$bytes / 1e5 | round / 10")"
echo '| what | median | range | peak memory | |'
echo '|---|---|---|---|---|'
row neg-doctor "$bytes" "$RUNS" "$program" check --no-config --format json "$data/$PEER_SIZE"
for peer in $PEERS; do
  if ! command -v "$peer" >/dev/null; then
    echo "$peer is not on PATH: left out" >&2
    continue
  fi
  read -ra command <<<"$(command_of "$peer")"
  row "$peer" "$bytes" 3 "${command[@]}"
done
