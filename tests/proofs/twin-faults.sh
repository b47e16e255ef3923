#!/bin/bash
# twin-faults.sh: the gate's own test. Each line of twin-faults.tsv is a fault in the ACSL logic; with it prove-twin must
# exit with status 1 and say the fourth column. Needs what `make prove-coq` compiled.
# Exit status: 0 every fault was noticed, 1 not, 77 no Coq.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
room=$(mktemp -d) || exit 2
trap 'rm -rf "$room"' EXIT

gate() { # on the copy; its words in $room/said
    PROOFS=$room/proofs OUT=$room/twin bash proofs/prove-twin.sh >"$room/said" 2>&1
}
copy() {
    rm -rf "$room/proofs" && mkdir "$room/proofs" && cp -r proofs/coq proofs/acsl proofs/wp "$room/proofs"
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
    perl -0777 -pi -e "$change" "$room/proofs/$file"
    gate
    status=$?
    if ! cmp -s "proofs/$file" "$room/proofs/$file" && [ $status = 1 ] && tr '\n' ' ' <"$room/said" | grep -qE -- "FAIL .*$words"; then
        noticed=$((noticed + 1))
        printf 'noticed  %-45s %s\n' "$name" "$(grep -m 1 '^FAIL' "$room/said" | cut -c6-105)"
    else
        missed=$((missed + 1))
        echo "FAIL $name: status $status, expected a change, 1 and: $words"
        head -n 12 "$room/said"
    fi
done <tests/proofs/twin-faults.tsv
echo "$noticed faults noticed, $missed not"
[ $missed = 0 ] && [ $noticed -gt 0 ]
