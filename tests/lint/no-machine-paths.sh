# No file names the folders of one machine. .ci/run alone may look for a mirror beside the checkout.
pattern='(^|[^A-Za-z0-9_$}.-])/(home|work|root|mnt|Users)/[A-Za-z0-9]|\.\./shared'
bad=$(for place in Makefile README.md src bench datasets expected proofs tests tools reports/evidence; do
    [ ! -e $place ] || grep -rnIE --exclude=no-machine-paths.sh "$pattern" $place
done)
[ -z "$bad" ] || { printf '%s\n' "$bad" && exit 1; }
