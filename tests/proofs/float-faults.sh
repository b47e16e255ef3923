#!/bin/bash
# float-faults.sh: faults in the elementary functions and their proofs that `make prove-float` must notice. A goal that the
# fault does not touch is taken from what `make prove-float` proved. How faults are tried, and the exit status: faults.bash.
. "$(dirname "$0")/faults.bash"
root=.
copy=$room/copy
proved=$PWD/${BUILD:-build}/proofs/float

make_copy() {
    rm -rf "$copy" && mkdir "$copy" && cp -r src proofs tools "$copy"
}
gate() { # with a fault the first goal that fails is enough
    (cd "$copy" && FIRST=${1:+1} BUILD=build REUSE=$proved UPDATE='' bash proofs/prove-float.sh)
}

faultless
faults float
