# The records of 1, 2 and 3 threads, and of two runs of the same seed, are the same bytes.
cd "$TMP" || exit 1
for threads in 1 2 3 1; do
    rm -rf reports
    "$VERIREC" reproduce --profile smoke --only 'smoke-[cim]*e*' --threads $threads >/dev/null 2>err ||
        { echo "exit $?" && tail -n 3 err; }
    find reports/runs -name '*.json' ! -name '*.provenance.json' -exec sha256sum {} + | sort >records
    if [ -e first ]; then cmp first records && echo "$threads threads: the same bytes"; else cp records first; fi
done
wc -l <first
