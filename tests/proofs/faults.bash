# faults.bash: sourced by the NAME-faults.sh beside it, each a gate's own test. Each line of NAME-faults.tsv is a fault:
# name, file, perl expression, and what the gate must say (an extended regular expression), a tab between; a file that there
# is not is made empty. Each stands alone on a copy; with it the gate must exit with status 1 and say those words after FAIL.
#
# Who sources this sets
#   root, copy    the folder that the table's files are named from, and the same of the copy, below $room
#   make_copy     makes the copy anew
#   gate [FILE WORDS]  runs the gate on it; FILE has the fault, of which it must say WORDS; none: there is no fault
# and says `faultless`, where a run of the whole gate is cheap, and `faults NAME`. FAULT= takes the faults whose name has it.
# Exit status: 0 every fault was noticed, 1 not, 77 no tools.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C
room=$(mktemp -d) || exit 2
trap 'rm -rf "$room"' EXIT

# The gate's words go to $room/said; where the tools are missing this is the end.
run_gate() {
    local status
    gate "$@" >"$room/said" 2>&1
    status=$?
    [ $status = 77 ] && tail -n 2 "$room/said" && exit 77
    return $status
}

faultless() {
    make_copy
    run_gate || { echo 'FAIL without any fault:' && tail -n 20 "$room/said" && exit 1; }
}

# evidence WORDS: in one line, what the gate said; fails when the words are not in it. They may stand in a later line.
evidence() {
    tr '\n' ' ' <"$room/said" | grep -qE -- "FAIL .*$1" || return 1
    grep -m 1 -A 1 '^FAIL' "$room/said" | tr '\n' ' '
}

# one_fault NAME FILE EXPRESSION WORDS
one_fault() {
    local status line
    make_copy
    [ -e "$copy/$2" ] || : >"$copy/$2"
    perl -0777 -pi -e "$3" "$copy/$2"
    if [ -e "$root/$2" ] && cmp -s "$root/$2" "$copy/$2"; then
        echo "FAIL $1: the expression changes nothing"
        return 1
    fi
    run_gate "$2" "$4"
    status=$?
    if [ $status = 1 ] && line=$(evidence "$4"); then
        printf 'noticed  %-45s %s\n' "$1" "$(cut -c6-115 <<<"$line")"
    else
        echo "FAIL $1: status $status, expected 1 and: $4"
        { grep -A 8 '^FAIL' "$room/said" || tail -n 8 "$room/said"; } | head -n 12
        return 1
    fi
}

faults() {
    local name file change words noticed=0 missed=0
    while IFS=$'\t' read -r name file change words; do
        case $name in '#'* | '') continue ;; esac
        [ -z "${FAULT:-}" ] || [[ $name = *$FAULT* ]] || continue
        if one_fault "$name" "$file" "$change" "$words" </dev/null; then
            noticed=$((noticed + 1))
        else
            missed=$((missed + 1))
        fi
    done <"tests/proofs/$1-faults.tsv"
    echo "$noticed faults noticed, $missed not"
    [ $missed = 0 ] && [ $noticed -gt 0 ]
}
