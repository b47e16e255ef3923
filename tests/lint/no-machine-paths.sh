# No file names the folders of one machine. .ci/run alone may look for a mirror beside the checkout.
bad=$(git grep -nIE '(^|[^A-Za-z0-9_$}])/(home|work|root|mnt|Users)/[A-Za-z0-9]|\.\./shared' -- \
    . ':!.ci/run' ':!tests/lint/no-machine-paths.sh')
[ -z "$bad" ] || { printf '%s\n' "$bad" && exit 1; }
