# Committed records: shown without training, trained again all the same, and compared to the byte.
mkdir -p "$TMP/root/reports/evidence/runs"
cp -r bench expected "$TMP/root"
cd "$TMP" || exit 1
smoke() {
    "$VERIREC" reproduce --specs root --profile smoke --only 'smoke-c*' "$@" >out 2>err
    echo "exit $?"
    grep -hE 'committed ones' err | sed 's/ of [^ ]*evidence.runs:/ of EVIDENCE:/'
}
records() { find "$1" -name '*.json' ! -name '*.provenance.json' | wc -l; }

echo "== without evidence"
smoke
cp reports/runs/*.json root/reports/evidence/runs
echo "== another folder of runs: trained again, and the same bytes"
smoke --runs again
echo "trained: $(records again)"
echo "== taken from the evidence: nothing is trained"
smoke --runs taken --take-evidence
echo "trained: $(records taken)"
echo "== negative control: a committed record that was changed"
first=$(find root/reports/evidence/runs -name '*.json' ! -name '*.provenance.json' | sort | head -n 1)
sed -i 's/"best_epoch": *[0-9]*/"best_epoch": 1/' "$first"
smoke --runs again
sed 's/^.*runs\/[0-9a-f]*.json/RECORD.json/' err | grep RECORD
