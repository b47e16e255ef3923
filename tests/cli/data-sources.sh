# Where files come from: mirror, cache, network; resume, refusal, and nothing half-written.
. "${BASH_SOURCE%/*}/data.bash"
export VERIREC_CACHE=cache
cached() { (cd cache 2>/dev/null && find . -type f | sort); }

echo "# no network and no mirror"
make_tiny
data fetch tiny | sed 's/: [A-Z][^:]*; name/: R; name/'
[ -e cache ] || echo "no empty folder is left"
mkdir cache && data fetch tiny >nothing
[ -d cache ] && rmdir cache && echo "but the folder that was there"
data info tiny --offline
data fetch tiny --mirror http://127.0.0.1:9/data | sed 's/: [A-Z][^:]*; name/: R; name/' | tail -n 1

echo "# a mirror folder is read in place, compressed or not"
gzip -9n mirror/tiny/test.txt
data fetch tiny --mirror mirror
VERIREC_MIRROR=mirror data info tiny
cached

echo "# a mirror address fills the cache, which is enough from then on"
data fetch tiny --mirror "file://$TMP/mirror"
cached
data verify tiny
cmp cache/tiny/train.txt mirror/tiny/train.txt && cmp cache/tiny/test.txt.gz mirror/tiny/test.txt.gz

echo "# the public addresses"
make_tiny "file://$TMP/mirror"
data fetch tiny
cached

echo "# a part is continued, a wrong part is fetched anew"
rm -r cache && mkdir -p cache/tiny
head -c 7 mirror/tiny/train.txt >cache/tiny/train.txt.part
echo 'not the begin of it' | head -c 7 >cache/tiny/test.txt.part
data fetch tiny
cached

echo "# wrong bytes from an address are refused and not kept"
rm -r cache
cp mirror/tiny/train.txt kept && echo '2 4' >>mirror/tiny/train.txt
data fetch tiny | sed 's/SHA-256 [0-9a-f]*/SHA-256 H/; s/got [0-9a-f]*/got H/'
cached
cp kept mirror/tiny/train.txt

echo "# wrong bytes in the cache: use refuses, fetch replaces"
data fetch tiny
echo '0 1' >cache/tiny/train.txt
data verify tiny | sed 's/SHA-256 [0-9a-f]*/SHA-256 H/; s/got [0-9a-f]*/got H/'
data fetch tiny
data verify tiny

echo "# a cache that cannot be written"
data fetch tiny --cache /dev/null/cache
: >file && data fetch tiny --cache file

echo "# text files of a planted world are read back as the same data"
unset VERIREC_DATASETS
data write planted-small --out out
hash_of out/planted-small/train.txt
data fetch planted-small
data write planted-small --out /dev/null/out
data write planted-small --out ''
echo "# no room: a file may have 1 KiB"
(ulimit -f 1 && exec "$VERIREC" data write planted-small --out full >stdout 2>message)
echo "-> $?, $(cat message)"
find full -type f
