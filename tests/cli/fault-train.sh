# Training that cannot write says so before it works, leaves nothing half-written, and an interrupted one
# goes on to the same bytes.
cd "$TMP" || exit 1
run=(train --dataset planted-small --loss mine+ --set t=.4 --set batch=64 --set negatives=16
    --set dim=16 --set epochs=40 --set lr=1e-3 --set schedule=fixed --threads 2)
train() { "$VERIREC" "${run[@]}" "$@"; }
message() { # the error's line, without what the system calls its reason
    grep '^verirec' "$1" | sed -E 's/: (File too large|No space left on device)/: REASON/; s/in epoch [0-9]+/in epoch N/'
}

echo "# the folder of --save lies under a file"
echo text >file
train --save file/model >out 2>err
echo "exit $?, $(wc -c <out) bytes on stdout"
message err

echo "# no room: a file may have 1 KiB"
(
    ulimit -f 1
    train --save full >/dev/null 2>err
    echo "exit $?"
)
message err
find full -type f

echo "# no room for what stdout gets"
train --json >/dev/full 2>err
echo "exit $?"
message err

echo "# interrupted"
train --json --save whole >whole.json 2>/dev/null || echo "exit $?"
"$VERIREC" "${run[@]}" --json --save cut --checkpoint state >cut.json 2>err &
for _ in $(seq 1000); do
    grep -q '^epoch 1:' err && break
    sleep .01
done
kill -INT $!
wait $!
echo "exit $?, $(wc -c <cut.json) bytes on stdout"
message err
[ -s state ] && echo "the state is kept"
train --json --save cut --checkpoint state >cut.json 2>err
echo "the same command: exit $?"
grep -c '^epoch 1:' err
cmp whole.json cut.json && cmp whole/users.npy cut/users.npy && cmp whole/items.npy cut/items.npy && echo "the same bytes"
