# No file names the folders of one machine. .ci/run alone may look for a mirror beside the checkout.
bad=$(grep -rnIE --exclude-dir=build --exclude-dir=.git --exclude-dir=.ci --exclude=no-machine-paths.sh \
    '(^|[^A-Za-z0-9_$}.-])/(home|work|root|mnt|Users)/[A-Za-z0-9]|\.\./shared' .)
[ -z "$bad" ] || { printf '%s\n' "$bad" && exit 1; }
