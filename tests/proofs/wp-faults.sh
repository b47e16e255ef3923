#!/bin/bash
# wp-faults.sh: the gate's own test. Each line of wp-faults.tsv is a fault; with it `make prove-wp` must exit with status 1
# and say the fourth column, which names the goal that breaks. Each stands alone on a copy of src/ and proofs/, and the gate
# takes the one line of the manifest that the fault touches. FAULT= takes those whose name has it.
# Exit status: 0 every fault was noticed, 1 not, 77 no tools.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
room=$(mktemp -d) || exit 2
trap 'rm -rf "$room"' EXIT

gate() { # FILE of the manifest: the gate on the copy; its words in $room/said
    (cd "$room/copy" && FILES=$1 BUILD=build UPDATE='' SECONDS_EACH=5 bash proofs/prove-wp.sh) >"$room/said" 2>&1
}
copy() {
    rm -rf "$room/copy" && mkdir "$room/copy" && cp -r proofs src tools "$room/copy"
}
unit() { # FILE: the line of the manifest that reads it; for what is no C file the first line
    local base
    base=$(basename "$1")
    case $1 in src/loss/*) base=losses.h ;; esac # all in one piece
    grep -v '^#' proofs/wp/manifest.tsv | cut -f1 | grep -xE "$1|proofs/wp/${base%.h}\.c" | head -n 1 | grep . ||
        grep -v '^#' proofs/wp/manifest.tsv | cut -f1 | head -n 1
}

noticed=0 missed=0
while IFS=$'\t' read -r name file change words; do
    case $name in '#'* | '') continue ;; esac
    [ -z "${FAULT:-}" ] || [[ $name = *$FAULT* ]] || continue
    copy
    [ -e "$room/copy/$file" ] || : >"$room/copy/$file"
    perl -0777 -pi -e "$change" "$room/copy/$file"
    if [ -e "$file" ] && cmp -s "$file" "$room/copy/$file"; then
        missed=$((missed + 1))
        echo "FAIL $name: the expression changes nothing"
        continue
    fi
    gate "$(unit "$file")"
    status=$?
    [ $status = 77 ] && tail -n 2 "$room/said" && exit 77
    if [ $status = 1 ] && grep -qE -- "^FAIL .*$words" "$room/said"; then
        noticed=$((noticed + 1))
        printf 'noticed  %-44s %s\n' "$name" "$(grep -m 1 -E -- "^FAIL .*$words" "$room/said" | cut -c6-110)"
    else
        missed=$((missed + 1))
        echo "FAIL $name: status $status, expected 1 and: $words"
        grep '^FAIL' "$room/said" | head -n 12
    fi
done <tests/proofs/wp-faults.tsv
echo "$noticed faults noticed, $missed not"
[ $missed = 0 ] && [ $noticed -gt 0 ]
