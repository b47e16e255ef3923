#!/bin/bash
# fuzz/run.sh TARGET...: libFuzzer on each target for $SECONDS_EACH seconds, from the committed corpus. New
# inputs stay in $BUILD/fuzz/corpus; a crash is left there with the line that replays it. Exit status 1 then.
set -u
cd "$(dirname "$0")/../.." || exit 2
BUILD=${BUILD:-build}
bad=0
export LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0
for target; do
    name=${target#fuzz_}
    found=$BUILD/fuzz/corpus/$name
    mkdir -p "$found"
    echo "fuzzing $name for ${SECONDS_EACH:-60} s"
    if ! "$BUILD/fuzz/tests/$target" -max_total_time="${SECONDS_EACH:-60}" -timeout=10 -rss_limit_mb=2048 \
        -close_fd_mask=3 -print_final_stats=1 -artifact_prefix="$found/" "$found" "tests/fuzz/corpus/$name" \
        >"$found.log" 2>&1; then
        bad=1
        tail -n 30 "$found.log"
        echo "FAIL $name: replay with $BUILD/fuzz/tests/$target FILE; the whole log is $found.log"
    fi
    grep -aE 'stat::(number_of_executed_units|new_units_added)' "$found.log"
done
exit $bad
