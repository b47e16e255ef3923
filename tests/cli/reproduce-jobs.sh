# Runs side by side: the same bytes for any number of them; after kill -9 nothing trains on, and the same command goes on.
cd "$TMP" || exit 1
study() { "$VERIREC" reproduce --profile smoke --offline --only 'smoke-[cim]*e*' --runs "$@" --out "$1-report" >out 2>err; }
records() { find "$1" -name '*.json' ! -name '*.provenance.json' -printf '%f\n' | sort; }
same() { # FOLDER: its records against those of the folder "one"
    [ "$(records one)" = "$(records "$1")" ] || echo "$1: other runs"
    for record in $(records one); do cmp "one/$record" "$1/$record" || echo "$1 differs: $record"; done
    find "$1" \( -name '*.checkpoint' -o -name '*.lock' -o -name '*.tmp*' \) | sed 's/^/left behind: /'
}

study one --jobs 1 --threads 2 || { echo "jobs 1: exit $?" && tail -n 3 err; }
echo "$(records one | wc -l) records"
for way in "2 3" "9 1"; do
    read -r jobs threads <<<"$way"
    study "many-$jobs-$threads" --jobs "$jobs" --threads "$threads" || { echo "jobs $jobs: exit $?" && tail -n 3 err; }
    same "many-$jobs-$threads"
    echo "jobs $jobs, threads $threads: compared"
done
study chosen --threads 2 || echo "no --jobs: exit $?"
same chosen
"$VERIREC" reproduce --profile smoke --offline --only 'smoke-[cim]*e*' --runs one --out one-report --jobs 2 2>&1 | grep -c 'epoch'

echo "# kill -9 with two runs under way"
"$VERIREC" reproduce --profile smoke --offline --only 'smoke-[cim]*e*' --runs "$TMP/cut" --out cut-report --jobs 2 --threads 2 >out 2>err &
for _ in $(seq 2000); do
    [ "$(find cut -name '*.lock' 2>/dev/null | wc -l)" -ge 2 ] && ls cut/*.checkpoint >/dev/null 2>&1 && break
    sleep .01
done
kill -9 $!
wait $! 2>/dev/null
sleep .2
grep -lsz "$TMP/cu[t]" /proc/[0-9]*/cmdline | sed 's/^/still there: /'
size=$(du -sb cut) && sleep .5 && [ "$size" = "$(du -sb cut)" ] && echo "nothing writes any more"
[ "$(records cut | wc -l)" -lt "$(records one | wc -l)" ] && echo "killed in the middle"
study cut --jobs 2 --threads 2 || echo "the resumed study: exit $?"
same cut

echo "# Ctrl-C with two runs under way"
"$VERIREC" reproduce --profile smoke --offline --only 'smoke-[cim]*e*' --runs stopped --out stopped-report --jobs 2 --threads 2 >out 2>err &
for _ in $(seq 2000); do
    [ "$(find stopped -name '*.lock' 2>/dev/null | wc -l)" -ge 2 ] && break
    sleep .01
done
kill -TERM $!
wait $!
echo "exit $?"
grep -c '^verirec reproduce: .*the same command goes on' err
study stopped --jobs 3 --threads 2 || echo "the resumed study: exit $?"
same stopped

echo "# a dry run says how it would go, and writes nothing"
for jobs in 1 2 7; do
    "$VERIREC" reproduce --profile smoke --offline --only 'smoke-[cim]*e*' --runs dry --out dry-report --jobs $jobs --threads 2 --dry-run 2>&1 |
        grep -oE '^total: .* on [0-9]+ threads'
done
ls -d dry dry-report 2>/dev/null

echo "# flags"
"$VERIREC" reproduce --jobs 0 2>&1
echo "exit $?"
