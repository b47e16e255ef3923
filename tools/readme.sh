#!/bin/bash
# readme.sh: the tables of README.md that a command writes. Each stands between "<!-- written by COMMAND -->" and "<!-- until here -->";
# COMMAND is a script of this project with its arguments.
#   --write [COMMAND]   puts what each command, or this one, prints between its marks
#   --check             fails where something else stands there
#   outcome             prints the outcome of each cell that can run, from the committed records alone
#   readings            prints every reading of a cell that has been run, and SimpleX's logged runs
# BUILD: the folder of the program (default: build). README: another file than README.md, for the check's own test.
set -u -o pipefail
cd "$(dirname "$0")/.." || exit 2
readme=${README:-README.md}

# section TITLE: the table below "## TITLE" of the report, but for cells that cannot run or are copied
section() {
    awk -v title="## $1" '/^## / { inside = index($0, title) == 1 } inside && /^\|/ && !/\| (not run|cannot run|copied)[^|]*\|$/' "$room/report.md"
}

report() {
    room=$(mktemp -d) && trap 'rm -rf "$room"' EXIT && mkdir "$room/runs" || exit 2
    "${BUILD:-build}/verirec" report --runs "$room/runs" --out "$room" >/dev/null
}

readings() {
    section 'Table 2: losses' | sed '1s/^/| table /; 2s/^/|---/; 1,2!s/^/| 2 /'
    section 'Table 3' | sed '1,2d; s/^/| 3 /'
    section 'The lineage' | sed '1,2d; s/^/| log /'
}

# The README with the block of command $1, else every block, written anew.
written() {
    local line command
    while IFS= read -r line; do
        printf '%s\n' "$line"
        [[ $line =~ ^'<!-- written by '(.*)' -->'$ && ${1:-${BASH_REMATCH[1]}} == "${BASH_REMATCH[1]}" ]] || continue
        command=${BASH_REMATCH[1]}
        # shellcheck disable=SC2086 # the command has arguments
        bash $command </dev/null || { echo "readme.sh: $command failed" >&2 && return 1; }
        while IFS= read -r line && [ "$line" != '<!-- until here -->' ]; do :; done
        [ "$line" = '<!-- until here -->' ] || { echo "readme.sh: $readme: the block of $command has no end" >&2 && return 1; }
        printf '%s\n' "$line"
    done <"$readme"
}

case ${1:-} in
outcome) report && section 'The outcome' ;;
readings) report && readings ;;
--write)
    new=$(mktemp) && written "${2:-}" >"$new" && cat "$new" >"$readme"
    status=$?
    rm -f "$new"
    exit $status
    ;;
--check)
    written | diff "$readme" - && exit
    echo "$readme (<) has a table that is not what its command prints (>); tools/readme.sh --write writes it"
    exit 1
    ;;
*) sed -n '2,/^set/{/^#/p}' "$0" && exit 64 ;;
esac
