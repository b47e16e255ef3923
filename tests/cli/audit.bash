# Sourced by the audit tests: cases from NumPy (tests/audit/cases.py), and what the program says of each.
export OMP_WAIT_POLICY=passive

# make_cases FOLDER; without NumPy the test is skipped.
make_cases() {
    local python=/usr/bin/python3
    [ -x $python ] || python=python3
    $python -c 'import numpy' 2>/dev/null || { echo "no NumPy (Debian: python3-numpy)" >&2 && exit 77; }
    $python tests/audit/cases.py "$1"
}

# named FILE: the names of the diagnoses in the program's text, a comma between.
named() {
    sed -nE 's/^(diagnosis|or|  and) +(in the (value|gradients) )?([^ :]*).*/\4/p' "$1" | paste -s -d ,
}

# judge LOSS NAME EXPECTED: one line when the program says otherwise.
judge() {
    local out status wanted=0
    out=$(mktemp -p "$TMP")
    "$VERIREC" audit --loss "$1" --case "$TMP/cases/$1/$2" >"$out" 2>&1
    status=$?
    [ "$3" = right ] || wanted=1
    [ $status = $wanted ] || echo "$1 $2: exit $status, expected $wanted"
    local expected=${3//|//}
    [ "$expected" != right ] || expected=
    [ "$(named "$out")" = "$expected" ] || echo "$1 $2: named \"$(named "$out")\", expected \"$expected\""
    rm -f "$out"
}
export -f judge named

# judge_all: the lines of an index on standard input, two at a time.
judge_all() {
    xargs -P 2 -L 1 bash -c 'judge "$@"' judge
}
