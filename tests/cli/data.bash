# Sourced by the data tests: a data set "tiny" of three users and six items with a manifest of its own.

export VERIREC_DATASETS=$TMP/datasets
cd "$TMP" || exit 1
mkdir -p datasets mirror/tiny

hash_of() { sha256sum "$1" | cut -d ' ' -f 1; }

# manifest [URL-FOLDER]: of the plain files mirror/tiny/*.txt as they stand
manifest() {
    local url=${1:-http://127.0.0.1:9} split
    {
        echo 'kind = "real"; users = 3; items = 6; source = "made up"; licence = "none";'
        for split in train test; do
            echo "$split = { path = \"tiny/$split.txt\"; bytes = $(stat -c %s mirror/tiny/$split.txt);"
            echo "  interactions = $([ $split = train ] && echo 6 || echo 3);"
            echo "  sha256 = \"$(hash_of mirror/tiny/$split.txt)\"; urls = [\"$url/tiny/$split.txt\"]; };"
        done
    } >datasets/tiny.cfg
}

make_tiny() {
    rm -rf mirror/tiny cache && mkdir -p mirror/tiny
    printf '0 0 1 2\n1 3 4\n2 5\n' >mirror/tiny/train.txt
    printf '0 3\n1 0 1\n2 \n' >mirror/tiny/test.txt
    manifest "$@"
}

# try WORDS: runs them; output, message, exit code; the private folder is not named
try() {
    "$@" >stdout 2>message
    local status=$?
    sed "s|$TMP/||g" stdout message | sed 's/ in [0-9.]* s$/ in N s/'
    echo "-> $status"
}
data() { try "$VERIREC" data "$@"; }
