# The value and gradient of every loss on one small problem, in both precisions; the same bits for each vector
# width, from a file and from standard input.
params() { # LOSS: parameters that it takes
    case $1 in
    mine+) echo '"t": 0.4, "lambda": 1.1' ;;
    infonce-debiased) echo '"t": 0.5, "tau_plus": 0.25' ;;
    mse) echo '"lambda": 0.5' ;;
    ccl) echo '"margin": 0.2, "weight": 3' ;;
    mse-debiased) echo '"lambda": 0.7, "tau_plus": 0.25' ;;
    ccl-debiased) echo '"lambda": 0.7, "tau_plus": 0.25, "margin": 0.2' ;;
    mean-difference) ;;
    *) echo '"t": 0.5' ;;
    esac
}

input() { # LOSS
    samples='"pos_samples": [0.75, -0.5], '
    [[ $1 == *-debiased ]] || samples=
    echo "{\"pos\": 0.75, \"neg\": [0.5, -0.25, 1, 0.125], $samples\"params\": {$(params "$1")}}"
}

"$VERIREC" losses | cut -d ' ' -f 1 >"$TMP/names"
while read -r loss; do
    input "$loss" >"$TMP/$loss.json"
    for precision in f64 f32; do
        echo "$precision $("$VERIREC" loss "$loss" --input "$TMP/$loss.json" --precision $precision)"
        for isa in avx2 avx512; do
            VERIREC_ISA=$isa "$VERIREC" loss "$loss" --input - --precision $precision <"$TMP/$loss.json"
        done | uniq | sed "s/^/$precision /" >>"$TMP/again"
    done
done <"$TMP/names" | tee "$TMP/once"
cmp "$TMP/once" "$TMP/again"

echo "# a proposal"
echo '{"pos": 0.75, "neg": [0.5, 1], "neg_q": [0.125, 0.5]}' | "$VERIREC" loss sampled-softmax --input -
echo "# defaults, whole numbers, samples that the loss does not use"
echo '{"pos": 1, "neg": [0], "pos_samples": [1, 0]}' | "$VERIREC" loss infonce --input -
echo "# the ends of the range"
echo '{"pos": 1e308, "neg": [-1.7e308, 1.7e308]}' | "$VERIREC" loss infonce --input -
echo '{"pos": -3e38, "neg": [3e38, 0, -3e38]}' | "$VERIREC" loss bpr --input -
echo '{"pos": 0, "neg": [-800, -1000]}' | "$VERIREC" loss bpr --input - --precision f32
