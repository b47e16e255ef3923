# EDLAE from the command line: residuals, saved factors, equal bytes for threads and vector width, refusals.
. "${BASH_SOURCE%/*}/solve.bash"

echo "# the same bytes for 1, 2, 3 and 8 threads, AVX2 and AVX-512"
same edlae --set rank=12 --set sweeps=3
same edlae --set rank=7 --set sweeps=2 --set printed=1
echo "# EDLAE's saved factors rank as it said"
"$VERIREC" solve edlae --dataset planted-small --set rank=12 --set sweeps=4 --save model --json 2>err >out
metrics out
"$VERIREC" evaluate --dataset planted-small --users model/users.npy --items model/items.npy --json >out
metrics out
ls model
echo "# residuals after each turn"
grep -c '"primal_residual"' model/result.json
sed -n 's/.*residuals \(.*\) primal, \(.*\) dual.*/two residuals/p' err
echo "# a part of the items"
solve edlae --set items=100 --set rank=12 --set sweeps=2
echo "# refused with the parameter, the condition and the reason"
for setting in rank=0 rank=401 rho=0 rho=-1 dropout=1 dropout=-.1 lambda=0 c=0 printed=2 tau=count:3 sweeps=0; do
    solve edlae --set "$setting"
done
printf '0 0 1\n1 1 2\n' >train
printf '0 2\n1 0\n' >test
"$VERIREC" solve edlae --train train --test test --set rank=3 --set dropout=0 --set lambda=1e-3 2>&1 | grep -v '^sweep '
