#!/bin/bash
# coq-faults.sh: faults in the theorems that `make prove-coq` must notice. Needs what it compiled; a file without the fault
# is taken from there. How faults are tried, and the exit status: faults.bash.
. "$(dirname "$0")/faults.bash"
root=proofs
copy=$room/proofs
compiled=${BUILD:-build}/proofs/coq

make_copy() {
    rm -rf "$copy" && mkdir "$copy" && cp -r proofs/coq proofs/evidence "$copy"
}
gate() {
    PROOFS=$copy BUILD=$room/build REUSE=$compiled UPDATE='' bash proofs/prove-coq.sh
}

faultless
faults coq
