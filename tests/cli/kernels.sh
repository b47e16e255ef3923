# proofs/kernels.tsv says of every function of src/num, src/loss and src/eval what covers it, and what it names is there.

# "file<tab>function" of every definition; a macro that makes names, as VR_LOSS(x) and VR_ISA_NAME(x), stands for x.
definitions() {
    perl -0777 -ne '
        s{/\*.*?\*/|//[^\n]*}{}gs; s{\\\n}{ }g; s{^\s*#.*$}{}gm; s{__attribute__\(\(.*?\)\)\)?}{}gs;
        while (/^(?=[A-Za-z_])[^;{}=]*?\b(\w+)\(([^;{}]*)\{/gm) {
            my ($name, $rest) = ($1, $2);
            $name = ($name eq "VR_LOSS" ? "vr_loss_" : "") . ($rest =~ /^(\w+)/)[0] if $name =~ /^[A-Z_0-9]+$/;
            print "$ARGV\t$name\n";
        }' "$@" | sort -u
}
# what there is, a line each: KIND<tab>NAME, for definitions and proved functions with the file before the name
{
    definitions src/*/*.[ch] | sed 's/^/defined\t/; p; s/.*\t/scalar\t/'
    perl -0777 -ne 'print "test\t$1/$2\n" while /^ *Test\(\s*(\w+),\s*(\w+)/gm; print "scalar\t$1\n" while /\b([a-z_0-9]+)\(/g' tests/unit/*.c
    grep -v '^#' proofs/wp/manifest.tsv | cut -f1 | while read -r unit; do
        name=${unit#src/} name=${name#proofs/wp/} name=${name%.c}
        sed -nE "s|^function (.*): [1-9].*|proved\t$unit\t\1|p" "proofs/evidence/wp/${name//\//-}-real.txt"
    done
    grep -v '^#' proofs/eva/runs.tsv | cut -f1 | sed 's/^/run\t/'
    ls -d proofs/gappa/* | sed 's/^/script\t/'
} | sort -u >"$TMP/facts"
for kind in defined test proved run; do
    echo "$kind: $(grep -c "^$kind	" "$TMP/facts" | awk '{ print ($1 > 20 ? "many" : $1) }')"
done

# wrong TABLE: what is not as it should be, a line each
wrong() {
    awk -F'\t' '
        function missing(what, name) { if (!(what in fact)) print file ": " name }
        NR == FNR { fact[$0]; if ($1 == "defined") defined[$2 "\t" $3]; next }
        /^#/ { next }
        { n = split($2, name, " "); for (i = 1; i <= n; i++) line[$1 "\t" name[i]] = $3 "\t" $4 "\t" $5 }
        END {
            for (d in defined) {
                split(d, part, "\t"); rest = part[1] "\t*"
                if (d in line) { how[d] = line[d]; used[d] }
                else if (rest in line) { how[d] = line[rest]; used[rest] }
                else if (d ~ /^src\/(num|loss|eval)\//) print "no line: " part[1] " " part[2]
            }
            for (l in line) if (!(l in used)) { sub("\t", " ", l); print "not defined: " l }
            for (d in how) {
                split(d, part, "\t"); file = part[1] " " part[2]; split(how[d], by, "\t"); n = split(by[2], word, " ")
                if (by[1] == "WP") {
                    other = n == 2 ? word[2] : part[2]; sub(":$", "", word[1]); what = "proved\t" word[1] "\t" other
                    if (!((what "_f64") in fact)) missing(what, "not proved in " word[1])
                } else if (by[1] == "Gappa" || by[1] == "Eva") {
                    for (i = 1; i <= n; i++) missing((by[1] == "Eva" ? "run" : "script") "\t" word[i], "no " word[i])
                } else if (by[1] == "vector" || by[1] == "none") {
                    first = 1
                    if (by[1] == "vector") {
                        if (n < 2 || !(("scalar\t" word[1]) in fact)) print file ": no scalar function, or no test beside it"
                        first = 2
                    } else if (by[3] !~ /^[a-z]/) print file ": no reason"
                    for (i = first; i <= n; i++) if (word[i] != "-") missing("test\t" word[i], "no test " word[i])
                } else print file ": covered how?"
            }
        }' "$TMP/facts" "$1" | sort
}

echo "== proofs/kernels.tsv"
wrong proofs/kernels.tsv
echo "== what must be found"
change() { sed "$1" proofs/kernels.tsv >"$TMP/changed" && ! cmp -s proofs/kernels.tsv "$TMP/changed" && wrong "$TMP/changed"; }
change '/^src\/loss\/mine\.c/d'
change 's/\tvr_draw_permutation\t/\tvr_draw_permutations\t/'
change 's/^\(src\/loss\/tau.h.*\)tau\.c/\1gain.c/'
change 's/^\(src\/num\/sobol.c.*\)sobol\.c/\1sobols.c/'
change 's/: vr_permute\t/: vr_permuted\t/'
change 's/words_are_those_of_random123\tan/words_are_random\tan/; s/of_random123\tchooses/of_random124\tchooses/'
change 's/\tvr_draw_group\tvector\tphilox4x32 /\tvr_draw_group\tvector\tphilox4x33 /'
change 's/\tvr_draw_group\tvector\tphilox4x32 .*/\tvr_draw_group\tvector\tphilox4x32\t-/'
change 's/\tasks the machine.*/\t/'
change 's/exp_value\.in/exp_values.in/'
change 's/\texp_f32 exp_f64 /\texp_f32 exp_f65 /'
change 's/^\(src\/num\/vector.c\t\*\t\)none/\1proved/'
cp "$TMP/facts" "$TMP/before"
printf 'defined\tsrc/num/sobol.c\tvr_new\ndefined\tsrc/num/new.h\tvr_new\n' >>"$TMP/facts" && wrong proofs/kernels.tsv
grep -v '	vr_topk_sort$' "$TMP/before" >"$TMP/facts" && printf 'defined\tsrc/eval/topk.h\tvr_topk_sort\n' >>"$TMP/facts" && wrong proofs/kernels.tsv
