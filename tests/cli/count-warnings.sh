# What `make count` says of counts that are equal, near, far, new, gone, or differ from run to run; callgrind is
# a stand-in that "counts" what $TMP/counted says (KERNEL INPUTS INSTRUCTIONS, tabs between).
export BASELINE=$TMP/baseline.tsv BUILD=$TMP
mkdir "$TMP/bin" && export PATH=$TMP/bin:$PATH
cat >"$TMP/bin/valgrind" <<'END'
#!/bin/bash
for word; do case $word in --callgrind-out-file=*) out=${word#*=} ;; esac; done
[ -s "$TMP/counted" ] || exit 1
awk -F '\t' '{ print "desc: Trigger: Client Request: " $1 FS $2 "\nsummary: " $3 "\ntotals: " $3 }' "$TMP/counted" >"$out"
cat "$TMP/compiler"
[ ! -e "$TMP/next" ] || mv "$TMP/next" "$TMP/counted"
END
chmod +x "$TMP/bin/valgrind"
counted() { for row; do tr : '\t' <<<"$row"; done; }
count() { UPDATE=${1:-} bash tests/count.sh | sed "s,$TMP/,,"; echo "-> ${PIPESTATUS[0]}"; }
echo 'gcc 1' >"$TMP/compiler"

echo "# nothing to compare with, then written"
counted row:d=64:10000 loss:N=8:500 'rank:two users:700' >"$TMP/counted"
count
count 1
cat "$BASELINE"
echo "# 2 % either way is near enough"
counted row:d=64:10200 loss:N=8:490 'rank:two users:700' >"$TMP/counted"
count
echo "# more is a warning, and so is less, new or gone"
counted row:d=64:10201 loss:N=8:489 step:all:3 >"$TMP/counted"
count
echo "# another compiler"
counted row:d=64:10201 loss:N=8:489 'rank:two users:700' >"$TMP/counted"
echo 'gcc 2' >"$TMP/compiler"
count
echo 'gcc 1' >"$TMP/compiler"
echo "# two runs that differ"
counted row:d=64:10000 loss:N=8:500 'rank:two users:701' >"$TMP/next"
counted row:d=64:10000 loss:N=8:500 'rank:two users:700' >"$TMP/counted"
count | grep -A 9 differ
echo "# callgrind does not run"
: >"$TMP/counted"
count
