# What the README's table of proofs is written from, and its number of theorems, is what proofs/evidence/ says.
room=$(mktemp -d) && trap 'rm -rf "$room"' EXIT || exit 2
mkdir "$room/proofs" && cp -r proofs/evidence "$room/proofs" || exit 2

# The check itself must see a wrong number of each kind: in the table, in the evidence, in a sentence.
sees() { # NAME: with the copy as it is now
    ! ROOT=$room bash proofs/table.sh --check >/dev/null || { echo "proof-table.sh does not see $1" && exit 1; }
}
sed -E '0,/[0-9]+ theorems/s//1 theorems/' README.md >"$room/README.md" && sees 'a wrong number of theorems'
cp README.md "$room" && sed -i '0,/^theorem /s//lemma /' "$room/proofs/evidence/coq.txt" && sees 'a theorem less'
bash proofs/table.sh --check
