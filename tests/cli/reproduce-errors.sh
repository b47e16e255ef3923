# Bad specs, records and folders: one message, the right exit code, nothing half-written.
cd "$TMP" || exit 1
root=$(dirname "$(dirname "$VERIREC")")
root=$([ -d "$root/bench" ] && echo "$root" || echo "$OLDPWD")
fresh() { rm -rf specs reports && mkdir specs && cp -r "$root/bench" "$root/expected" specs; }
try() {
    "$VERIREC" reproduce --specs specs --profile smoke --only 'smoke-mine-planted-small' --offline "$@" >out 2>err
    local status=$?
    grep -v '^\[' err
    echo "exit $status"
}
echo "# specs"
fresh && sed -i '/key = "batch"/s/"batch"/"bacth"/' specs/bench/smoke.cfg && try | sed 's/cfg:[0-9]*/cfg:LINE/'
fresh && sed -i 's/value = "infonce"/value = "infonse"/' specs/bench/table2.cfg && try | sed 's/cfg:[0-9]*/cfg:LINE/'
fresh && sed -i 's/dataset = "planted-small"/dataset = "planted-smal"/' specs/bench/smoke.cfg && try --only '*' | grep -c 'planted-small'
fresh && echo 'rows = (' >specs/bench/table3.cfg && try
fresh && sed -i '5s/\t[^\t]*$//' specs/expected/table2.tsv && try
fresh && rm specs/expected/table5.tsv && try
rm -rf specs && try
echo "# flags"
fresh
try --profile smok
try --tables 2,6
try --figures 4
try --seeds 0
try --only 'nothing-*'
try --only '*' --datasets gowalla
"$VERIREC" reproduce --specs specs --profile smoke --datasets gowalla --offline 2>&1
try --datasets gowala
echo "# folders"
echo "a file" >file
try --out file/reports
try --runs file/runs
(ulimit -f 1 && try) | sed 's/[0-9a-f]\{64\}/ID/'
find reports -name '*.json' ! -name '*.provenance.json' | wc -l
"$VERIREC" report --specs specs --runs none 2>&1
echo "exit $?"
echo "# a changed record"
fresh && try && sed -i 's/"best_epoch": [0-9]*/"best_epoch": 0/' $(ls reports/runs/*.json | grep -v provenance) &&
    try | sed 's/[0-9a-f]\{64\}/ID/; s/[0-9a-f]\{12\}\.\.\./HASH/g'
echo "# other numbers than the project's"
fresh && sed -i '/^smoke\tMINE\t.*\trecord/s/\t[0-9a-f]\{8\}/\t00000000/' specs/expected/smoke.tsv && try
grep '^MINE ' out | sed 's/ \+/ /g; s/[0-9.]\{4,\}/N/g'
echo "# the project's own full runs: written, found again, and another number seen"
own() {
    VERIREC_MIRROR='' VERIREC_CACHE=none "$VERIREC" reproduce --specs specs --profile full --figures 3 --only 'fig3-*-t-1-planted-small' --offline "$@" >out 2>err
    local status=$?
    grep -v '^\[\|side by side\|to do' err
    echo "exit $status"
}
fresh && sed -i 's/"gowalla"/"planted-small"/' specs/bench/fig3.cfg
own --update-expected
grep -P '\tplanted-small\t' specs/expected/own.tsv | cut -f 1-4
others() { grep -P '\t(gowalla|yelp2018)\t' "$1" | grep -v ^fig3; }
[ "$(others specs/expected/own.tsv)" = "$(others "$root/expected/own.tsv")" ] && others specs/expected/own.tsv | grep -q record &&
    echo "rows of data that is not here: as before"
own
sed -i '/record/s/\t[0-9a-f]\{8\}/\t00000000/' specs/expected/own.tsv
own
echo "# a dry run without the data plans from the manifest's counts"
mkdir -p empty
VERIREC_MIRROR='' VERIREC_CACHE=none "$VERIREC" reproduce --dry-run --profile full --tables 2 --only 'mse-biased-*' --runs empty |
    sed -E 's/would run  .*\(/would run  TIME (/; s/had, .*/had/; s/^(total: 3 to do), .*/\1/'
