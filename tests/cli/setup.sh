# tools/setup.sh says what is missing and installs nothing when it is told so. A list of its own names a package that no one has.
mkdir -p "$TMP/tools" "$TMP/bin"
cp tools/setup.sh "$TMP/tools"
cat >"$TMP/tools/packages.txt" <<'LIST'
build coreutils sort sorting
extra coreutils sort sorting
extra verirec-no-such-package verirec-no-such.h nothing
LIST
for tool in sh dirname awk sort env; do ln -s "$(command -v $tool)" "$TMP/bin/$tool"; done
try() { # SETUP GROUP...: with VERIREC_SETUP
    local setup=$1
    shift
    VERIREC_SETUP=$setup sh "$TMP/tools/setup.sh" "$@" 2>&1
    echo "exit $?"
}
echo "== there"
try check build
echo "== missing"
try check build extra
try skip build extra
echo "== no Debian"
(PATH=$TMP/bin && try '' build && CC=false try '' build extra)
