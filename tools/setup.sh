#!/bin/sh
# setup.sh GROUP...: makes sure that the packages of these groups (tools/packages.txt) are installed.
#
# Debian and its children: what is missing is installed with apt-get, as root or through a sudo that asks
# no password; otherwise the one line to run is printed. Elsewhere the headers and programs are looked for.
# Exit status: 0 everything is there; 69 something is missing. VERIREC_SETUP=check never installs,
# VERIREC_SETUP=skip looks at nothing.
set -u
list=$(dirname "$0")/packages.txt
[ "${VERIREC_SETUP:-}" = skip ] && exit 0

# rows GROUP...: the list's lines of these groups, each package once
rows() {
    for group; do
        awk -v group="$group" '$1 == group && !seen[$2]++' "$list"
    done | sort -u -k2,2
}

missing_packages() {
    wanted=$(rows "$@" | awk '{print $2}')
    # shellcheck disable=SC2086
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null |
        awk '$2 == "installed" {print $1}')
    for package in $wanted; do
        echo "$installed" | grep -qxF "$package" || printf '%s ' "$package"
    done
}

# The compiler finds the header, or the shell the program.
missing_elsewhere() {
    rows "$@" | while read -r group package proof why; do
        case $proof in
        -) ;;
        *.h) printf '#include <%s>\n' "$proof" | ${CC:-cc} -E - >/dev/null 2>&1 ||
            printf '  %-22s %s (Debian: %s)\n' "$proof" "$why" "$package" ;;
        *) command -v "$proof" >/dev/null || printf '  %-22s %s (Debian: %s)\n' "$proof" "$why" "$package" ;;
        esac
    done
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    missing=$(missing_elsewhere "$@")
    [ -z "$missing" ] && exit 0
    printf 'setup: this is no Debian; install these and try again (VERIREC_SETUP=skip goes on without):\n%s\n' \
        "$missing" >&2
    exit 69
fi

missing=$(missing_packages "$@")
missing=${missing% }
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
    become=
elif sudo -n true 2>/dev/null; then
    become='sudo -n'
else
    VERIREC_SETUP=check
fi
if [ "${VERIREC_SETUP:-}" = check ]; then
    printf 'setup: packages are missing; run this line, then the same command again:\n' >&2
    printf '    sudo apt-get update && sudo apt-get install -y --no-install-recommends %s\n' "$missing" >&2
    exit 69
fi

printf 'setup: installing %s\n' "$missing" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# An update that fails (one dead mirror of many) may still leave lists that serve.
# shellcheck disable=SC2086
{
    $become apt-get -q -o DPkg::Lock::Timeout=120 update
    $become env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends $missing
} >"$log" 2>&1 </dev/null && exit 0
tail -n 15 "$log" >&2
printf 'setup: apt-get could not install: %s\n' "$missing" >&2
exit 69
