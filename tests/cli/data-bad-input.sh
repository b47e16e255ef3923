# Each kind of wrong data gets one message and its exit code.
. "${BASH_SOURCE%/*}/data.bash"
export VERIREC_MIRROR=mirror

echo "# as it should be"
make_tiny
data verify tiny

echo "# wrong bytes"
printf '0 0 1 2\n1 3 4\n2 4\n' >mirror/tiny/train.txt
data verify tiny | sed 's/SHA-256 [0-9a-f]*/SHA-256 H/; s/got [0-9a-f]*/got H/'
make_tiny
rm mirror/tiny/test.txt
data verify tiny

echo "# gzip"
make_tiny
gzip -9n mirror/tiny/train.txt
data verify tiny
cp mirror/tiny/train.txt.gz good.gz
head -c 30 good.gz >mirror/tiny/train.txt.gz
data verify tiny
{ cat good.gz && printf 'garbage'; } >mirror/tiny/train.txt.gz
data verify tiny
{ head -c 25 good.gz && printf 'XX' && tail -c +28 good.gz; } >mirror/tiny/train.txt.gz
data verify tiny | sed 's/near byte [0-9]*: [a-z ]*/near byte N: R/'

# SPLIT TEXT: the file with this text, and a manifest that takes it for good
wrong() {
    make_tiny
    printf "$2" >"mirror/tiny/$1.txt"
    manifest
    data verify tiny
}
echo "# lines"
wrong train ''
wrong train '0 0 -1 2\n1 3 4\n2 5\n'
wrong train '0 0 1 2\n1 3 x\n2 5\n'
wrong train '0 0 1 2\n1 3 4294967296\n2 5\n'
wrong train '0 0 1 2\n1 3 18446744073709551616\n2 5\n'
wrong train '0 0 1 2\n1 3 3\n2 5\n'
wrong train '0 0 1 2\r\n1 3 4\r\n2 5\r\n'
wrong train '0 0 1 2\n1\n2 5\n'
wrong train '0 0 1 2\n2 3 4\n3 5\n'
wrong train '0 0 1 2\n0 3 4\n2 5\n'
wrong train '0 0 1 2\n1 3 6\n2 5\n'
wrong train '0 0 1 2\n1 3 4\n2 5'
wrong train '0 0 1 2\n1 3 4\n'
wrong train '0 0 1 2\n1 3\n2 5\n'
wrong test '0 3\n1 0 4\n2 \n'
wrong test '0 3\n1 0 1\n3 \n'

echo "# manifests and words"
make_tiny
echo 'kind = "real" users' >datasets/tiny.cfg
data verify tiny
echo 'kind = "unreal";' >datasets/tiny.cfg
data verify tiny
# LINE TEXT: the manifest with this text in place of its line
instead() {
    manifest
    sed -i "$1c\\$2" datasets/tiny.cfg
    data verify tiny
}
instead 1 'kind = "real"; users = 3; itens = 6; items = 6; source = "made up"; licence = "none";'
instead 2 'train = { path = "tiny/train.txt"; byts = 1;'
instead 1 'kind = "real"; users = 4294967299; items = 6; source = "made up"; licence = "none";'
instead 1 'kind = "real"; users = 3; items = -6; source = "made up"; licence = "none";'
instead 3 '  interactions = 4294967302;'
instead 3 '  interactions = 99999999999999999999;'
instead 3 '  interactions = 6.5;'
instead 3 '  interactions = "6";'
instead 3 '  interactions = 6L;'
instead 1 'kind = "planted"; users = 3; items = 6; source = "made up"; licence = "none"; planted = 3;'
data info gowala
data lst
data verify
data
data fetch tiny --mirorr x
data write tiny
data write --out written planted-small gowala
[ ! -e written ] || echo "something was written"
