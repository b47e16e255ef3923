# One message and the right exit code for each wrong flag, setting and spec file; nothing is trained.
cd "$TMP" || exit 1
train() {
    "$VERIREC" train --dataset planted-small --set epochs=1 --set dim=4 --set negatives=2 "$@" >out 2>err
    local status=$?
    grep -v '^epoch ' err
    echo "-> $status, $(wc -l <out) lines of output"
}
spec() { # TEXT: a spec file of it
    echo "$1"
    printf "$1" >spec.cfg
    train --spec spec.cfg
}

echo "# flags"
"$VERIREC" train 2>&1
train
train --loss mnie
train --loss mse --dataset gowala
train --loss mse extra
train --loss mse --save ''
train --loss mse --checkpoint=
train --loss mse --mirorr x
echo "# settings"
for setting in bacth=1 batch batch= batch=0 batch=1.5 batch=-1 lr=nan lr=1e-3x similarity=cos seed=-1 \
    seed=18446744073709551616 t=1 sharing=1000; do
    train --loss mse --set "$setting"
done
train --loss mine+
train --loss mse-debiased --set tau=20
train --loss mse-debiased --set tau=count:x
train --loss mse-debiased --set tau=count:1000
train --loss mse-debiased --set positives=0
train --loss bpr --set sampling=all
train --loss mse --set sampling=all --set sharing=4
train --loss mse --set sampling=al
echo "# spec files"
train --spec none.cfg
train --spec .
spec ''
spec 'lr = 1e-3;\n'
spec 'loss = mse;\n'
spec 'loss = "mse";\nbach = 3;\n'
spec '\nloss = "mes";\n'
spec 'loss = "mse";\nbatch = "x";\n'
spec 'loss = "mse";\nbatch = 4294967297;\n'
spec 'loss = "mse";\ndropout = 1.1;\n'
spec 'loss = "mse";\nlr = 1e-3;\nlr = 1e-4;\n'
spec 'loss = "mse";\nlr = { a = 1; };\n'
spec 'loss = "mse";\nlr =\n1e-3;\n'
spec 'loss = "mse";\n\000lr = 1e-3;\n'
spec 'loss = "mse";\nt = .5;\n'
spec 'loss = "mine+";\n'
echo "# what cannot be written is known before training"
echo text >file
train --loss mse --save file/model
train --loss mse --checkpoint file/state
train --loss mse --checkpoint .
train --loss mse --checkpoint file
find . -type f | sort
