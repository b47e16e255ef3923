# The proofs that the ledger and proofs/README.md name are among those that Coq has checked (proofs/evidence/coq.txt).
proved=$TMP/proved
awk '/^=== / { file = $2 } /^theorem / { print "proofs/coq/" file ":" $2 }' proofs/evidence/coq.txt | sort >"$proved"
[ "$(wc -l <"$proved")" -gt 100 ] && echo "more than a hundred theorems"

# Names of theorems that are not proved; rows that are measured mathematics and say nothing of a proof.
wrong() {
    grep -v '^#' "$1" | cut -f9 | grep -oE 'proofs/[^ ]*' | sort -u | comm -23 - "$proved"
    awk -F'\t' '!/^#/ && $10 ~ /verify/ && $9 !~ /^(proofs\/coq\/[A-Za-z]+\.v:[a-zA-Z0-9_]+( |$)|none: .)/ { print $1 ": " $9 }' "$1"
}
# Cells of the table's second column, `name`, beside the files of the third.
wrong_in_readme() {
    awk -F'|' '/^\| / && $4 ~ /^ [A-Z]/ { n = split($3, part, "`"); for (i = 2; i <= n; i += 2) print part[i] }' "$1" |
        sort -u | comm -23 - <(sed 's/.*://' "$proved" | sort -u)
}

echo "== the ledger"
wrong proofs/claims.tsv
echo "== proofs/README.md"
wrong_in_readme proofs/README.md
echo "== what must be found: another name, another file, a theorem that is gone, nothing said, an empty reason"
change() { sed "$1" proofs/claims.tsv >"$TMP/changed.tsv" && ! cmp -s proofs/claims.tsv "$TMP/changed.tsv" && wrong "$TMP/changed.tsv"; }
change 's/:eq1_printed_le\t/:eq1_printed_lt\t/'
change 's/Chain.v:eq12_chain /Losses.v:eq12_chain /'
grep -v ':thm1_joint$' "$proved" >"$TMP/less" && mv "$TMP/less" "$proved" && wrong proofs/claims.tsv
change 's/^\(eq-31\t.*\tadmm_iterations_wrong\)\t[^\t]*/\1\t-/' | grep eq-31
change 's/^\(eq-31\t.*\tadmm_iterations_wrong\)\t[^\t]*/\1\tnone: /' | grep eq-31
sed 's/`eq12_chain`/`eq12_chains`/' proofs/README.md >"$TMP/changed.md"
wrong_in_readme "$TMP/changed.md"
