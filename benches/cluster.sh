#!/usr/bin/env bash
# Measures what a large cluster costs: 5,000 Services, 50,000 Pods, 20,000 Events in a real API server
# on this machine. Prints seconds, CPU seconds and peak memory of the program, and its requests; fails
# where it takes more than docs/performance.md promises. Needs etcd, Go, GNU time; some 4 GB of memory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo build --quiet --release --locked
NEGDOC_REAL=1 NEGDOC_SCALE=$PWD/target/release/neg-doctor \
  cargo test --quiet --locked --test real real::scale -- --nocapture
