#!/usr/bin/env bash
# Measures scoring by one process and by several, with one killed in the middle: measure.sh FOLDER COUNT KILLED
# COUNT pictures are scored by each way, KILLED pictures on Dask with a worker killed. Needs bpclip (BPCLIP),
# GNU parallel, and Python (PYTHON) with distributed, pillow and numpy.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(realpath "$1") count=$2 killed=$3
export BPCLIP=${BPCLIP:-bpclip} PYTHON=${PYTHON:-python3}
options=(--device cpu --size 64)
mkdir -p "$folder"
"$PYTHON" "$here/make_pictures.py" "$folder" "$((count > killed ? count : killed))"
head -n "$count" "$folder/list" >"$folder/some"
head -n "$killed" "$folder/list" >"$folder/many"

# Runs a command, checks its rows and prints a line of the table: name, pictures, command.
way() {
    local name=$1 list=$2 seconds processor pictures
    shift 2
    pictures=$(wc -l <"$list")
    rm -rf "$folder/rows"
    mkdir "$folder/rows"
    TIMEFORMAT='%R %U %S'
    { time "$@" >"$folder/log" 2>&1; } 2>"$folder/time" || { tail -5 "$folder/log"; return 1; }
    read -r seconds processor <<<"$(awk 'END { print $1, $2 + $3 }' "$folder/time")"
    "$PYTHON" "$here/check.py" "$list" "$folder"/rows/*.jsonl >"$folder/checked" || cat "$folder/checked"
    awk -v name="$name" -v n="$pictures" -v s="$seconds" -v p="$processor" -v rows="$(grep -o '[0-9]* missing, [0-9]* doubled' "$folder/checked")" \
        'BEGIN { printf "| %s | %d | %.0f | %.1f | %.0f | %.1f | %s |\n", name, n, s, n / s, p, 1000 * p / n, rows }'
}
dask() { "$PYTHON" "$here/dask/score.py" "$1" "$folder/rows" --workers "$2" --shards 16 --program "$BPCLIP" -- "${options[@]}"; }
gnu() { "$here/parallel/score.sh" "$1" "$folder/rows" "$2" 16 "${options[@]}"; }
one() { "$BPCLIP" score --files-from "$1" --append "$folder/rows/rows.jsonl" "${options[@]}"; }
threads() { RAYON_NUM_THREADS=$1 "${@:2}"; }

# Kills a worker of Dask, and the bpclip that it runs dies with it, once a third of the rows are there.
dask_killed() {
    dask "$1" "$2" &
    local run=$! wanted worker
    wanted=$(($(wc -l <"$1") / 3))
    while [ "$(cat "$folder"/rows/*.jsonl 2>/dev/null | wc -l)" -lt "$wanted" ]; do sleep 1; done
    worker=$(sed -n 's/^workers: //p' "$folder/log" | cut -d' ' -f1)
    kill -9 "$worker"
    echo "worker $worker was killed"
    wait "$run"
}
# Likewise a bpclip of parallel.
gnu_killed() {
    gnu "$1" "$2" &
    local run=$! wanted process
    wanted=$(($(wc -l <"$1") / 3))
    while [ "$(cat "$folder"/rows/*.jsonl 2>/dev/null | wc -l)" -lt "$wanted" ]; do sleep 1; done
    process=$(pgrep -f "^$BPCLIP score --files-from $1" | head -1)
    kill -9 "$process"
    echo "process $process was killed"
    wait "$run"
}

echo '| way | pictures | seconds | pictures a second | processor seconds | ms of them a picture | rows |'
echo '| --- | ---: | ---: | ---: | ---: | ---: | --- |'
way 'one process' "$folder/some" one "$folder/some"
for workers in 2 4; do
    way "GNU parallel, $workers at a time" "$folder/some" threads 1 gnu "$folder/some" "$workers"
    way "Dask, $workers workers" "$folder/some" threads 1 dask "$folder/some" "$workers"
done
way 'GNU parallel, 2 at a time, one killed' "$folder/some" threads 1 gnu_killed "$folder/some" 2
way 'Dask, 2 workers, one killed' "$folder/many" threads 1 dask_killed "$folder/many" 2
