# kill -9 in the middle of a study: the same command goes on, does nothing again, and ends in the same bytes.
cd "$TMP" || exit 1
study() { exec "$VERIREC" reproduce --profile smoke --only 'smoke-m*' --threads 2 --runs "$1" --out "$1-report" >"$1.out" 2>"$1.err"; }
records() { find "$1" -name '*.json' ! -name '*.provenance.json' -printf '%f\n' | sort; }

(study whole) || { echo "the uninterrupted study: exit $?" && tail -n 3 whole.err; }

study cut &
for _ in $(seq 2000); do
    [ "$(records cut 2>/dev/null | wc -l)" -ge 1 ] && ls cut/*.checkpoint >/dev/null 2>&1 && break
    sleep .01
done
kill -9 $!
wait $! 2>/dev/null
before=$(records cut | wc -l)
[ "$before" -ge 1 ] && [ "$before" -lt "$(records whole | wc -l)" ] && echo "killed in the middle"
stat -c '%n %i %Y' $(records cut | sed 's,^,cut/,') >first
(study cut) || echo "the resumed study: exit $?"
stat -c '%n %i %Y' $(head -n "$before" first | cut -d' ' -f1) | cmp - first && echo "no finished run was touched"

[ "$(records whole)" = "$(records cut)" ] && echo "the same runs"
for record in $(records whole); do cmp "whole/$record" "cut/$record" || echo "differs: $record"; done
find cut \( -name '*.checkpoint' -o -name '*.lock' -o -name '*.tmp*' \) | sed 's/^/left behind: /'
cmp <(grep -v '<p class="soft">' whole-report/index.html) <(grep -v '<p class="soft">' cut-report/index.html) &&
    echo "the same page but for times"
