#!/bin/bash
# table.sh: the README's table of what is proved, from proofs/evidence/seconds.tsv, which the gates write with UPDATE=1.
# proofs/groups.tsv joins areas to rows and orders them; an area that it does not name is a row of its own.
#   no argument   prints the table (tools/readme.sh puts it into README.md)
#   --check       fails when README.md has another number of theorems, or proofs/evidence/ other numbers of goals
# For the check's own test: ROOT is a folder with README.md and proofs/evidence in the place of this project's.
set -u
cd "$(dirname "$0")/.." || exit 2
export LC_ALL=C
groups=$PWD/proofs/groups.tsv
cd "${ROOT:-.}" || exit 2
seconds=proofs/evidence/seconds.tsv

table() {
    echo '| kernel or theorem | tool | proved / total | seconds |'
    echo '| --- | --- | ---: | ---: |'
    awk -F'\t' '
        function rounded(s) { return s < .5 ? "< 1" : sprintf("%.0f", s) }
        /^#/ { next }
        FNR == NR {
            for (n = split($3, area, " "); n > 0; n--) row[$1, area[n]] = $2
            place[$1, $2] = FNR
            if (!($1 in rank)) rank[$1] = ++tools
            next
        }
        {
            label = ($1, $2) in row ? row[$1, $2] : "`" $2 "`"
            key = sprintf("%02d %04d %s", $1 in rank ? rank[$1] : 99, ($1, label) in place ? place[$1, label] : 9999, label)
            tool[key] = $1; name[key] = label
            proved[key] += $3; total[key] += $4; time[key] += $5
            all_proved += $3; all += $4; all_time += $5
        }
        END {
            for (key in total)
                printf "%s\t| %s | %s | %d / %d | %s |\n", key, name[key], tool[key], proved[key], total[key], rounded(time[key])
            printf "99 99999\t| all | | %d / %d | %s |\n", all_proved, all, rounded(all_time)
        }' "$groups" $seconds | sort | cut -f2
}

# goals: what the evidence says was proved, as lines "TOOL AREA NUMBER"
goals() {
    local text
    for text in proofs/evidence/wp/*.txt; do
        awk -F'\t' -v OFS='\t' '
            NR == 1 { match($0, /of [^ ]+, /); area = substr($0, RSTART + 3, RLENGTH - 5)
                if (!/floats as reals/) area = area " (float)" }
            /^(function|lemmas).*: [0-9]+ goals proved$/ { match($0, /[0-9]+ goals/); n += substr($0, RSTART, RLENGTH - 6) }
            END { print "WP", area, n + 0 }' "$text"
    done
    awk -v OFS='\t' '/^=== / { file = $2; n[file] = 0 } /^theorem / { n[file]++ }
        END { for (file in n) print "Coq", "proofs/coq/" file, n[file] }' proofs/evidence/coq.txt
    awk -v OFS='\t' '/^goal / { split($2, part, "."); n[part[1]]++ }
        END { for (file in n) print "Gappa", "proofs/gappa/" file ".in", n[file] }' proofs/evidence/float.txt
    awk -v OFS='\t' '/^run / { sub(/,/, "", $3); n[$3]++ }
        END { for (file in n) print "Eva", "proofs/eva/" file, n[file] }' proofs/evidence/eva.txt
}

check() {
    local bad=0 theorems
    awk -F'\t' '!/^#/ && $3 != $4 { print "not all proved: " $0; bad = 1 } END { exit bad }' $seconds || bad=1
    diff <(goals | sort) <(grep -E '^(WP|Coq|Gappa|Eva)	' $seconds | cut -f1,2,4 | sort) ||
        { bad=1 && echo "$seconds (>) does not count what stands in proofs/evidence (<); make prove-NAME UPDATE=1 writes it"; }
    theorems=$(grep -c '^theorem ' proofs/evidence/coq.txt)
    if grep -noE '[0-9]+ theorems' README.md | grep -v ":$theorems theorems$"; then
        bad=1 && echo "README.md: there are $theorems theorems"
    fi
    return $bad
}

case ${1:-} in
--check) check ;;
*) table ;;
esac
