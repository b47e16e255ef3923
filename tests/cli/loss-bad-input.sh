# One message and the right exit code for each wrong input; nothing on standard output.
say() { # FILE LOSS [FLAG...]: reads $TMP/FILE
    "$VERIREC" loss "$2" --input "$TMP/$1" "${@:3}" >"$TMP/out" 2>"$TMP/err"
    local status=$?
    sed "s|$TMP/||g" "$TMP/err"
    echo "-> $status, $(wc -c <"$TMP/out") bytes of output"
}
wrong() { # LOSS JSON [FLAG...]
    echo "$2" >"$TMP/in.json"
    echo "$2"
    say in.json "$1" "${@:3}"
}

echo "# names and flags"
echo '{}' >"$TMP/in.json"
say in.json mne
say in.json unheard-of
say in.json mine --precision f16
say in.json mine bpr
say in.json mine --presicion f32
"$VERIREC" loss 2>&1
"$VERIREC" loss mine 2>&1
"$VERIREC" losses mine 2>&1
echo "# files"
say nothing.json mine
say . mine
echo "# not JSON"
wrong mine ''
wrong mine '{"pos": 1, "neg": [1]'
wrong mine '{"pos": 1, "neg": [1]} x'
wrong mine '{"pos": NaN, "neg": [1]}'
wrong mine '{"pos": 1, "neg": [Infinity]}'
wrong mine '{"pos": 1e400, "neg": [1]}'
wrong mine '{"pos": 1, "pos": 2, "neg": [1]}'
printf '{"pos": 1,\n "neg": [1,\n 2 3]}' >"$TMP/in.json"
say in.json mine
echo "# keys and types"
wrong mine '[1, 2]'
wrong mine '{}'
wrong mine '{"pos": 1}'
wrong mine '{"pos": "1", "neg": [1]}'
wrong mine '{"pos": 1, "neg": 1}'
wrong mine '{"pos": 1, "neg": []}'
wrong mine '{"pos": 1, "neg": [1, null]}'
wrong mine '{"pos": 1, "neg": [1], "negs": [1]}'
wrong mine '{"pos": 1, "neg": [1], "neg_q": [1]}'
wrong sampled-softmax '{"pos": 1, "neg": [1, 2], "neg_q": [1]}'
wrong sampled-softmax '{"pos": 1, "neg": [1, 2], "neg_q": [1, 0]}'
wrong mine '{"pos": 1e39, "neg": [1]}' --precision f32
wrong mine '{"pos": 1, "neg": [0, -1e39]}' --precision f32
echo "# parameters"
wrong mine '{"pos": 1, "neg": [1], "params": [1]}'
wrong mine '{"pos": 1, "neg": [1], "params": {"lambda": 1}}'
wrong mine '{"pos": 1, "neg": [1], "params": {"temperature": 1}}'
wrong mine '{"pos": 1, "neg": [1], "params": {"t": 0}}'
wrong mine '{"pos": 1, "neg": [1], "params": {"t": "1"}}'
wrong mine+ '{"pos": 1, "neg": [1]}'
wrong mine+ '{"pos": 1, "neg": [1], "params": {"t": 1, "lamda": 1}}'
wrong mine+ '{"pos": 1, "neg": [1], "params": {"t": 1, "lambda": -1}}'
wrong ccl '{"pos": 1, "neg": [1], "params": {"weight": -1}}'
wrong ccl '{"pos": 1, "neg": [1], "params": {"t": 1}}'
wrong mse-debiased '{"pos": 1, "neg": [1], "params": {"tau_plus": 0.1}}'
wrong mse-debiased '{"pos": 1, "neg": [1], "pos_samples": [], "params": {"tau_plus": 0.1}}'
wrong mse-debiased '{"pos": 1, "neg": [1], "pos_samples": [1]}'
wrong mse-debiased '{"pos": 1, "neg": [1], "pos_samples": [1], "params": {"tau_plus": 1}}'
wrong mse-debiased '{"pos": 1, "neg": [1], "pos_samples": [1], "params": {"tau_plus": 0}}'
wrong infonce-debiased '{"pos": 1, "neg": [1], "pos_samples": [1], "params": {"tau_plus": 0.1}}'
wrong mean-difference '{"pos": 1, "neg": [1], "params": {"t": 1}}'
echo "# results beyond the range"
wrong mse '{"pos": 1e200, "neg": [1]}'
wrong mse '{"pos": 1, "neg": [1e20]}' --precision f32
wrong mine '{"pos": 1e300, "neg": [1], "params": {"t": 1e-20}}'
echo "# output that cannot be written"
echo '{"pos": 1, "neg": [1]}' | "$VERIREC" loss mine --input - 2>&1 >/dev/full
echo "-> $?"
