# One message and the right exit code for each wrong flag and setting: the parameter, the condition, the reason.
cd "$TMP" || exit 1
solve() {
    "$VERIREC" solve "$@" >out 2>err
    local status=$?
    grep -v '^sweep ' err
    echo "-> $status, $(wc -l <out) lines of output"
}
ials() {
    solve ials --dataset planted-small --set dim=8 --set sweeps=1 "$@"
}

echo "# flags"
solve
solve ials
solve isal --dataset planted-small
solve ials --dataset planted-smal
solve ials --dataset planted-small --test x
solve ials --train x
solve ials --train none --test none
ials extra
ials --save ''
ials --loss mse
echo "# settings"
for setting in dmi=8 dim dim= dim=0 dim=8.5 dim=1e9 alpha0=1 alpha0=-.1 alpha0=nan lambda=0 lambda=-1 lambda=x nu=-1 nu=3 \
    c=0 c=-2 sweeps=0 init=0 seed=-1 block=5 holdout=0 holdout=1 tau=.1 tau=count:-1 tau=count:1000 tau=scale:1000 rank=3; do
    ials --set "$setting"
done
ials --set c=2 --set tau=count:3
echo "# a solution that float cannot give"
ials --set lambda=1e-30 --set nu=0 --set alpha0=0 --set dim=64
ials --set lambda=1e12 --set init=1e-30
echo "# what cannot be written is known before"
echo text >file
ials --save file/model
find . -type f | sort
