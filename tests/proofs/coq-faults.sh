#!/bin/bash
# coq-faults.sh: the gate's own test. Each line of coq-faults.tsv is a fault; with it `make prove-coq` must exit with
# status 1 and say the fourth column. Needs what `make prove-coq` compiled; a file without the fault is taken from there.
# Exit status: 0 every fault was noticed, 1 not, 77 no Coq.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
compiled=${BUILD:-build}/proofs/coq
room=$(mktemp -d) || exit 2
trap 'rm -rf "$room"' EXIT

gate() { # the gate on the copy; its words in $room/said
    PROOFS=$room/proofs BUILD=$room/build REUSE=$compiled UPDATE='' bash proofs/prove-coq.sh >"$room/said" 2>&1
}
copy() {
    rm -rf "$room/proofs" && mkdir "$room/proofs" && cp -r proofs/coq proofs/evidence "$room/proofs"
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
    [ -e "$room/proofs/$file" ] || : >"$room/proofs/$file"
    perl -0777 -pi -e "$change" "$room/proofs/$file"
    if [ -e "proofs/$file" ] && cmp -s "proofs/$file" "$room/proofs/$file"; then
        missed=$((missed + 1))
        echo "FAIL $name: the expression changes nothing"
        continue
    fi
    gate
    status=$?
    if [ $status = 1 ] && tr '\n' ' ' <"$room/said" | grep -qE -- "FAIL .*$words"; then
        noticed=$((noticed + 1))
        printf 'noticed  %-45s %s\n' "$name" "$(grep -m 1 -A 1 '^FAIL' "$room/said" | tr '\n' ' ' | cut -c6-105)"
    else
        missed=$((missed + 1))
        echo "FAIL $name: status $status, expected 1 and: $words"
        grep -A 8 '^FAIL' "$room/said" | head -n 12
    fi
done <tests/proofs/coq-faults.tsv
echo "$noticed faults noticed, $missed not"
[ $missed = 0 ] && [ $noticed -gt 0 ]
