# By hand, k = 3. User 0 (train 0, test 1 3) gets the list 1 2 3: recall 1, NDCG (1 + 1/2) / (1 + 1/log2 3) = .91972.
# User 1 (train 4, test 0) gets 3 2 0: recall 1, NDCG 1/2. User 2 has no test item. Items 0 and 1 tie.
. tests/cli/evaluate.bash
make_world
evaluate --k 3
evaluate --k 3 --json
evaluate --k 1 --json
evaluate --json
echo "k = 2 by dot: 1 2 and 3 2; by cosine: 3 1 and 2 0"
evaluate --k 2 --json
evaluate --k 2 --json --scores cosine
echo "per user"
evaluate --k 3 --per-user users.tsv --threads 3 >again && cat users.tsv
echo "the lists, two places more than items"
evaluate --k 7 --top top.npy >/dev/null && tail -c 84 top.npy | od -A n -t d4 -w28 -v
echo "f8 is rounded, and said so"
npy U.npy '<f8' '3, 2' 000000000000f03f 0000000000000000 000000000000f0bf 0000000000000000 \
    0000000000000000 000000000000f03f
evaluate --k 3 2>message | diff - <(head -n 3 again) && cat message
