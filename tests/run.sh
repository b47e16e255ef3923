#!/bin/bash
# run.sh STEP...: runs test steps on what `make test` built under $BUILD and closes with one line
# "N passed, N failed" (", N skipped" may follow). Exit status 1 when anything failed.
#   unit   Criterion tests          asan   the same under AddressSanitizer and UBSan
#   cli    tests/cli/*.sh           fuzz   replay of the committed corpus
#   lint   tests/lint/*.sh            identity  three cases of check-identity.sh
#   verify  every claim as the ledger says, and as reports/evidence/verify.tsv to the byte
set -u
cd "$(dirname "$0")/.." || exit 2
BUILD=${BUILD:-build}
export BUILD LC_ALL=C TERM=dumb
# Idle threads sleep: on a busy machine spinning ones take a hundred times as long.
export OMP_WAIT_POLICY=passive
# libconfig's scanner loses a string that the file does not close.
export LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0
passed=0 failed=0 skipped=0

count() { # NAME STATUS: one test of this script's own
    case $2 in
    0) passed=$((passed + 1)) ;;
    77) skipped=$((skipped + 1)) && echo "skip $1" ;;
    *) failed=$((failed + 1)) && echo "FAIL $1" ;;
    esac
}

# criterion NAME PROGRAM: adds the synthesis line of a Criterion program; one that prints none has failed.
criterion() {
    local log=$BUILD/tests/$1.log status line
    "$2" >"$log" 2>&1 </dev/null
    status=$?
    line=$(grep -a 'Synthesis:' "$log")
    if [[ $line =~ Passing:\ ([0-9]+)\ .*Failing:\ ([0-9]+)\ .*Crashing:\ ([0-9]+) ]]; then
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2] + BASH_REMATCH[3]))
        [ $status = 0 ] || cat "$log"
        [ $status = 0 ] || [ $((BASH_REMATCH[2] + BASH_REMATCH[3])) -gt 0 ] || count "$1: exit status $status" 1
    else
        cat "$log"
        count "$1: no synthesis line, exit status $status" 1
    fi
}

# Criterion returns 0 when LeakSanitizer finds a leak, so the sanitizers' own log files decide.
sanitized() {
    local logs=$BUILD/tests/sanitizer-logs
    rm -rf "$logs" && mkdir -p "$logs"
    ASAN_OPTIONS=log_path=$logs/asan:detect_leaks=1 UBSAN_OPTIONS=log_path=$logs/ubsan:print_stacktrace=1 \
        criterion asan "$BUILD/asan/tests/unit"
    [ -z "$(ls "$logs")" ]
    local clean=$?
    [ $clean = 0 ] || cat "$logs"/* | head -n 100
    count "asan: nothing in the sanitizers' logs" $clean
}

each() { # every script of a folder is one test; what it prints is shown when it fails
    local script
    for script in "$1"/*.sh; do
        local output status
        output=$(bash "$script" 2>&1 </dev/null)
        status=$?
        [ $status = 0 ] || printf '%s\n' "$output"
        count "${script%.sh}" $status
    done
}

cli() {
    local totals
    totals=$(bash tests/run-cli.sh)
    grep -v '^totals ' <<<"$totals"
    [[ $totals =~ totals\ ([0-9]+)\ ([0-9]+)\ ([0-9]+) ]] || { count "cli: runner died" 1 && return; }
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
    skipped=$((skipped + BASH_REMATCH[3]))
}

fuzz() {
    local program
    for program in "$BUILD"/asan/tests/replay-fuzz_*; do
        [ -x "$program" ] || continue
        local name=${program##*/replay-fuzz_}
        "$program" tests/fuzz/corpus/"$name"/* >"$BUILD/tests/fuzz-$name.log" 2>&1
        local status=$?
        [ $status = 0 ] || tail -n 40 "$BUILD/tests/fuzz-$name.log"
        count "fuzz corpus $name" $status
    done
}

# The records of other threads, widths, compilers and optimisations, and of a killed study.
identity() {
    local output status
    output=$(bash tests/check-identity.sh quick 2>&1)
    status=$?
    [ $status = 0 ] || printf '%s\n' "$output"
    count identity $status
}

# Every claim of proofs/claims.tsv, measured anew.
verify() {
    local new=$BUILD/tests/verify.tsv output status
    output=$("$BUILD/verirec" verify --save "$new" 2>&1)
    status=$?
    [ $status = 0 ] || printf '%s\n' "$output" | grep -A 1 -B 1 -E 'DIFFERS|verirec verify:'
    count "verify: exit status $status" $status
    diff reports/evidence/verify.tsv "$new" >"$BUILD/tests/verify.diff"
    status=$?
    [ $status = 0 ] || head -n 20 "$BUILD/tests/verify.diff"
    count "verify: reports/evidence/verify.tsv is what is measured" $status
}

mkdir -p "$BUILD/tests"
for step; do
    before=$((passed + failed + skipped))
    started=$SECONDS
    case $step in
    unit) criterion unit "$BUILD/tests/unit" ;;
    asan) sanitized ;;
    cli) cli ;;
    fuzz) fuzz ;;
    identity) identity ;;
    verify) verify ;;
    lint) each tests/lint ;;
    *) count "unknown step $step" 1 ;;
    esac
    printf '%-8s %d tests, %d s\n' "$step" $((passed + failed + skipped - before)) $((SECONDS - started))
done
printf '%d passed, %d failed' $passed $failed
[ $skipped = 0 ] || printf ', %d skipped' $skipped
printf '\n'
[ $failed = 0 ] && [ $passed -gt 0 ]
