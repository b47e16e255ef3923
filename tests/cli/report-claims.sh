# The page's section of claims: every line of the ledger, with the committed measurements; none without a ledger.
mkdir -p "$TMP/root/reports/evidence"
cp -r bench expected "$TMP/root"
"$VERIREC" report --specs "$TMP/root" --out "$TMP/without" >/dev/null
grep -c 'id="claims"' "$TMP/without/index.html"
cp -r proofs "$TMP/root"
cp reports/evidence/verify.tsv "$TMP/root/reports/evidence"
"$VERIREC" report --specs "$TMP/root" --out "$TMP/with" >/dev/null
diff <(grep -v '^#' proofs/claims.tsv | cut -f1 | sort) <(grep -o 'id="claim-[^"]*' "$TMP/with/index.html" | sed 's/.*claim-//' | sort) && echo "every claim"
grep -c '^| eq-[0-9]* |' "$TMP/with/report.md"
grep -o 'id="claim-eq-26">.*' "$TMP/with/index.html" | sed 's/<[^>]*>/ /g' | grep -o 'Counterexample.*line 4'
echo "== a later measurement goes before the committed one"
sed 's/first line 4/first line four/' reports/evidence/verify.tsv >"$TMP/with/verify.tsv"
"$VERIREC" report --specs "$TMP/root" --out "$TMP/with" >/dev/null
grep -c 'first line four' "$TMP/with/index.html"
echo "== a damaged one"
sed -i '/^eq-26/s/\t/ /' "$TMP/with/verify.tsv"
"$VERIREC" report --specs "$TMP/root" --out "$TMP/with" 2>&1 | sed "s#$TMP/##; s/tsv:[0-9]*:/tsv:N:/"
