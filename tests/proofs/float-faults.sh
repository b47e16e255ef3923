#!/bin/bash
# float-faults.sh: the gate's own test. Each line of float-faults.tsv is a fault; with it `make prove-float` must exit with
# status 1 and say the fourth column. Each stands alone on a copy of src/num and proofs/; a goal that the fault does not
# touch is taken from what `make prove-float` proved. FAULT= takes those whose name has it.
# Exit status: 0 every fault was noticed, 1 not, 77 no tools.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
proved=$PWD/${BUILD:-build}/proofs/float
room=$(mktemp -d) || exit 2
trap 'rm -rf "$room"' EXIT

gate() { # the gate on the copy; its words in $room/said
    (cd "$room/copy" && FIRST=${1:-} BUILD=build REUSE=$proved UPDATE='' bash proofs/prove-float.sh) >"$room/said" 2>&1
}
copy() {
    rm -rf "$room/copy" && mkdir "$room/copy" && cp -r src proofs tools "$room/copy"
}

copy && gate
status=$?
[ $status = 77 ] && tail -n 2 "$room/said" && exit 77
[ $status = 0 ] || { echo 'FAIL without any fault:' && tail -n 20 "$room/said" && exit 1; }

noticed=0 missed=0
while IFS=$'\t' read -r name file change words; do
    case $name in '#'* | '') continue ;; esac
    [ -z "${FAULT:-}" ] || [[ $name = *$FAULT* ]] || continue
    copy
    perl -0777 -pi -e "$change" "$room/copy/$file"
    if cmp -s "$file" "$room/copy/$file"; then
        missed=$((missed + 1))
        echo "FAIL $name: the expression changes nothing"
        continue
    fi
    gate 1
    status=$?
    if [ $status = 1 ] && tr '\n' ' ' <"$room/said" | grep -qE -- "FAIL .*$words"; then
        noticed=$((noticed + 1))
        printf 'noticed  %-45s %s\n' "$name" "$(grep -m 1 -A 1 '^FAIL' "$room/said" | tr '\n' ' ' | cut -c6-115)"
    else
        missed=$((missed + 1))
        echo "FAIL $name: status $status, expected 1 and: $words"
        grep -A 8 '^FAIL' "$room/said" | head -n 12
    fi
done <tests/proofs/float-faults.tsv
echo "$noticed faults noticed, $missed not"
[ $missed = 0 ] && [ $noticed -gt 0 ]
