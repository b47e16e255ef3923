# A study on a full disk stops with a message, keeps only whole records, and goes on when there is room.
# The disk is a small tmpfs in a mount namespace of its own; where none may be made the test is skipped.
export disk=$TMP/disk
mkdir "$disk"
enter=(unshare --mount)
[ "$(id -u)" = 0 ] || enter=(unshare --mount --map-root-user)
"${enter[@]}" mount -t tmpfs none "$disk" 2>/dev/null || { echo "no mount namespace may be made here" >&2 && exit 77; }

"${enter[@]}" bash -c '
    mount -t tmpfs -o size=16m,mode=700 none "$disk" || exit 77
    study() {
        "$VERIREC" reproduce --profile smoke --only "$1" --offline --threads 2 \
            --runs "$disk/runs" --out "$disk/reports" >"$TMP/out" 2>"$TMP/err"
        echo "exit $?"
    }
    records() { find "$disk/runs" -name "*.json" ! -name "*.provenance.json"; }
    study "smoke-mine*"
    records | xargs -r sha256sum >"$TMP/kept"
    used=$(du -sk "$disk" | cut -f 1) # less than that no remount takes; a checkpoint needs more than the rest
    mount -o remount,size=$((used + 60))k "$disk" || echo "not remounted"
    study "smoke-*e*"
    grep "^verirec" "$TMP/err" | sed -E "s,$disk,DISK,; s/[0-9a-f]{64}/ID/"
    find "$disk" -name "*.tmp.*"
    echo "$(records | wc -l) records"
    mount -o remount,size=16m "$disk"
    study "smoke-*e*"
    sha256sum --quiet --check "$TMP/kept" && echo "what was finished is as it was"
    echo "$(records | wc -l) records"
    find "$disk" -name "*.tmp.*" -o -name "*.checkpoint" -o -name "*.lock"
'
