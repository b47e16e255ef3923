#!/bin/bash
# run-cli.sh [NAME...]: the golden tests tests/cli/NAME.sh, two at a time; all of them when none is named.
#
# A test runs under bash in the root of the repository, without input, with $VERIREC the program and $TMP
# a private empty folder, which is also its HOME and holds its cache. It passes when it exits 0 and its
# standard output is NAME.expected; 77 skips it. UPDATE=1 writes the .expected files instead.
# The last line is "totals PASSED FAILED SKIPPED".
set -u
cd "$(dirname "$0")/.." || exit 2
BUILD=${BUILD:-build}
VERIREC=$(realpath "$BUILD")/verirec
export VERIREC

run_one() {
    local name=$1 room status
    room=$(mktemp -d) || return 1
    mkdir "$room/tmp"
    env -u VERIREC_MIRROR -u OMP_NUM_THREADS -u VERIREC_ISA -u NO_COLOR \
        TMP="$room/tmp" HOME="$room/tmp" VERIREC_CACHE="$room/tmp/cache" LC_ALL=C TERM=dumb \
        timeout -k 5 "${CLI_TIMEOUT:-120}" bash "tests/cli/$name.sh" >"$room/out" 2>"$room/err" </dev/null
    status=$?
    [ "${UPDATE:-}" = 1 ] && cp "$room/out" "tests/cli/$name.expected"
    if [ $status = 77 ]; then
        echo "skip cli/$name: $(tail -n 1 "$room/err")"
    elif ! diff -u "tests/cli/$name.expected" "$room/out" >"$room/diff" 2>&1 || [ $status != 0 ]; then
        { echo "FAIL cli/$name (exit status $status; 124 is the time limit)" && cat "$room/diff" &&
            tail -n 20 "$room/err"; } >"$room/all"
        cat "$room/all"
    else
        echo "pass cli/$name"
    fi
    chmod -R u+rwx "$room" 2>/dev/null
    rm -rf "$room"
}
export -f run_one

names=("$@")
[ $# -gt 0 ] || for script in tests/cli/*.sh; do
    [ -e "$script" ] && script=${script##*/} && names+=("${script%.sh}")
done
[ ${#names[@]} -gt 0 ] || { echo "totals 0 0 0" && exit 0; }
log=$(printf '%s\n' "${names[@]}" | xargs -P 2 -I{} bash -c 'run_one {}')
grep -v '^pass ' <<<"$log"
echo "totals $(grep -c '^pass ' <<<"$log") $(grep -c '^FAIL ' <<<"$log") $(grep -c '^skip ' <<<"$log")"
! grep -q '^FAIL ' <<<"$log"
