#!/bin/bash
# twin-faults.sh: faults in the ACSL logic that prove-twin must notice. Needs what `make prove-coq` compiled. How faults are
# tried, and the exit status: faults.bash.
. "$(dirname "$0")/faults.bash"
root=proofs
copy=$room/proofs

make_copy() {
    rm -rf "$copy" && mkdir "$copy" && cp -r proofs/coq proofs/acsl proofs/wp "$copy"
}
gate() {
    PROOFS=$copy OUT=$room/twin UPDATE= bash proofs/prove-twin.sh
}

faultless
faults twin
