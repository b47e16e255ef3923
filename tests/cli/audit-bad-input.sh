# One message and the right exit code for each wrong input; nothing on standard output.
. tests/cli/evaluate.bash
cd "$TMP" || exit 1
half=000000000000e03f unit=000000000000f03f bad=000000000000f87f over=000000000000f07f

good() { # a case of one row that is right in form
    rm -rf case && mkdir case
    echo '{"t": 0.5}' >case/params.json
    npy case/pos.npy '<f8' '' $half
    npy case/neg.npy '<f8' '2,' $half $unit
    npy case/value.npy '<f8' '' $half
}
try() { # FLAG...
    "$VERIREC" audit "$@" >out 2>err
    local status=$?
    cat err
    echo "-> $status, $(wc -c <out) bytes of output"
}
wrong() { # [LOSS]
    try --loss "${1:-infonce}" --case case
}

echo "# flags"
good
try
try --loss infonce
try --loss infonze --case case
try --loss infonce --case case extra
try --loss infonce --case case --tolerance-ulps x
try --loss infonce --case case --tolerance-ulps -1
try --loss infonce --case case --tolerance-ulps nan
try --loss infonce --case case --scores cos
try --loss infonce --case case --scores dot
try --loss infonce --case case --toleranze-ulps 1
try --loss infonce --case none
echo "# files"
for file in params.json pos.npy neg.npy value.npy; do good && rm case/$file && wrong; done
good && wrong mse-debiased
good && echo '{"tau_plus": 0.1}' >case/params.json && wrong mse-debiased
good && cp case/neg.npy case/pos_samples.npy && wrong
good && cp case/neg.npy case/neg_q.npy && wrong
good && cp case/neg.npy case/grad_pos_samples.npy && wrong
echo "# params.json"
for text in '' '[1]' '{"t": 0.5' '{"t": 0.5, "t": 1}' '{"temperature": 1}' '{"lambda": 1}' '{"t": 0}' '{"t": "1"}' '{"t": NaN}'; do
    good && echo "$text" >case/params.json && echo "$text" && wrong
done
good && echo '{}' >case/params.json && wrong mine+
echo "# dtype, byte order, Fortran order, version, length"
good && npy case/neg.npy '<i8' '2,' $half $unit && wrong
good && npy case/neg.npy '>f8' '2,' $half $unit && wrong
good && npy case/neg.npy '<f2' '2,' 00000000 && wrong
good && npy case/neg.npy '<f8' '2,' $half && wrong
good && npy case/neg.npy '<f8' '2,' $half $unit $unit && wrong
good && npy case/neg.npy '<f8' '99999999999,' $half && wrong
good && npy case/neg.npy '<f8' '1, 2' $half $unit && sed -i 's/False/True /' case/neg.npy && wrong
good && echo text >case/neg.npy && wrong
good && head -c 40 case/neg.npy >case/cut && mv case/cut case/neg.npy && wrong
good && : >case/value.npy && wrong
good && printf '\x93NUMPY\x01\x00\xff\xff' >case/long && tail -c +11 case/neg.npy >>case/long && mv case/long case/neg.npy && wrong
good && printf '\x93NUMPY\x02\x00\x76\x00\x00\x00' >case/two && tail -c +11 case/neg.npy >>case/two && mv case/two case/neg.npy && wrong
good && npy case/neg.npy '<f8' '4294967296, 4294967297' $half && wrong
good && npy case/neg.npy '<f8' '-2,' $half $unit && wrong
echo "# shapes"
good && npy case/neg.npy '<f8' '0,' && wrong
good && npy case/neg.npy '<f8' '' $half && wrong
good && npy case/neg.npy '<f8' '2, 1' $half $unit && wrong
good && npy case/pos.npy '<f8' '2,' $half $unit && wrong
good && npy case/pos.npy '<f8' '1, 1' $half && wrong
good && npy case/pos.npy '<f8' '0,' && wrong
good && npy case/value.npy '<f8' '2,' $half $half && wrong
good && npy case/grad_pos.npy '<f8' '2,' $half $half && wrong
good && npy case/grad_neg.npy '<f8' '3,' $half $half $half && wrong
good && npy case/neg_q.npy '<f8' '1,' $half && wrong sampled-softmax
good && npy case/neg_q.npy '<f8' '2,' $half 0000000000000040 && wrong sampled-softmax
good && npy case/user.npy '<f8' '1, 1' $half && try --loss infonce --case case --scores dot
good && npy case/user.npy '<f8' '1,' $half && try --loss infonce --case case --scores dot
echo "# not finite"
good && npy case/pos.npy '<f8' '' $bad && wrong
good && npy case/neg.npy '<f8' '2,' $half $over && wrong
good && npy case/value.npy '<f8' '' $bad && "$VERIREC" audit --loss infonce --case case | head -n 3
echo "# a file that is no case's"
good && npy case/grad_negs.npy '<f8' '' $half && "$VERIREC" audit --loss infonce --case case 2>&1 >out
ls
