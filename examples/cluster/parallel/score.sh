#!/usr/bin/env bash
# Scores a list with GNU parallel: score.sh LIST ROWS JOBS [SHARDS] [OPTIONS of bpclip score ...]
# BPCLIP names the program, SSH what parallel needs for other machines, such as "--sshlogin node1,node2".
set -euo pipefail
list=$(realpath "$1") rows=$2 jobs=$3 shards=${4:-32}
shift $(($# < 4 ? $# : 4))
mkdir -p "$rows"
rows=$(realpath "$rows")
export BPCLIP=${BPCLIP:-bpclip}
# A job that a signal or a failure ended is begun again. One that ends with 1 as some pictures could not be
# scored is too, once: it finds their rows and ends with 0.
# shellcheck disable=SC2086 # several words
parallel ${SSH:-} --jobs "$jobs" --retries 4 --joblog "$rows/jobs.log" --env BPCLIP --quote \
    "$BPCLIP" score --files-from "$list" --shard "{}/$shards" --append "$rows/rows-{}.jsonl" "$@" \
    ::: $(seq "$shards")
