# make install, then other people's programs against it: C through pkg-config, Python through ctypes.
root=$PWD
make -s install BUILD="${BUILD:-build}" DESTDIR="$TMP/dest" PREFIX=/usr >install.log 2>&1 || { tail -n 3 install.log; exit 1; }
rm -f install.log
cd "$TMP" || exit 1
(cd dest && find . -type f -o -type l) | sort
export PKG_CONFIG_SYSROOT_DIR=$TMP/dest PKG_CONFIG_PATH=$TMP/dest/usr/lib/pkgconfig PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1

cat >theirs.c <<'C'
#include <stdio.h>
#include <verirec.h>

int main(void) {
    double pos = .9, neg[] = {.1, .4}, value, bound, gradient[2];
    verirec_params params = VERIREC_DEFAULTS;
    verirec_scores_f64 scores = {1, 2, 0, &pos, neg, NULL, NULL};
    verirec_results_f64 results = {.value = &value, .bound = &bound, .grad_neg = gradient};
    char message[VERIREC_MESSAGE];
    if (verirec_loss_f64("mine+", &params, &scores, &results, message)) puts(message);
    params.t = .5;
    if (verirec_loss_f64("mine+", &params, &scores, &results, message)) return 1;
    printf("%.17g %.17g %.17g, bound %s\n", value, gradient[0], gradient[1], bound < 1e-14 ? "small" : "large");
    return 0;
}
C
# shellcheck disable=SC2046
gcc -Wall -Wextra -Werror -std=c99 -pedantic-errors theirs.c $(pkg-config --cflags --libs verirec) -o theirs &&
    LD_LIBRARY_PATH=$TMP/dest/usr/lib ./theirs
printf '#include <verirec.h>\nint main() { return verirec_abi() != VERIREC_ABI; }\n' >theirs.cc
# shellcheck disable=SC2046
g++ -Wall -Wextra -Werror theirs.cc $(pkg-config --cflags --libs verirec) -o theirs-cc 2>&1 &&
    LD_LIBRARY_PATH=$TMP/dest/usr/lib ./theirs-cc && echo "C++: links"
echo "the same by the program:"
echo '{"pos": 0.9, "neg": [0.1, 0.4], "params": {"t": 0.5}}' | "$VERIREC" loss mine+ --input -
echo "visible symbols:"
nm -D --defined-only dest/usr/lib/libverirec.so | awk '$3 !~ /^verirec_/ { print "not of the header: " $3 } END { print NR }'

echo "== Python"
export VERIREC_LIBRARY=$TMP/dest/usr/lib/libverirec.so PYTHONDONTWRITEBYTECODE=1
for python in python3 /usr/bin/python3; do $python -c 'import numpy' 2>/dev/null && break; done
for example in faulty_loss foreign_embedding; do $python "$root/bench/python/examples/$example.py" 2>&1; done
if $python -c 'import torch' 2>/dev/null; then
    $python "$root/bench/python/examples/torch_autograd.py" >torch || cat torch
fi
$python - "$root/bench/python" <<'P' 2>&1
import sys
sys.path.insert(0, sys.argv[1])
import numpy as np
import verirec
one, two = np.array([.9], np.float32), np.array([[.1, .4]], np.float32)
print(verirec.loss("mine+", one, two, t=.5).value.dtype, verirec.loss("mine+", one.astype("f8"), two, t=.5).value.dtype)
for call in (lambda: verirec.loss("mine", one, two, t=-1), lambda: verirec.loss("ccl", one, two, t=1),
             lambda: verirec.loss("mine", one, two.T), lambda: verirec.loss("mine", one, two, temperature=1),
             lambda: verirec.loss("mse", one, np.array([[np.nan]], np.float32)),
             lambda: verirec.evaluate(np.ones((2, 3)), np.ones((4, 2)), [[], []], [[], []]),
             lambda: verirec.evaluate(np.ones((2, 3)), np.ones((4, 3)), [[0], [1]], [[4], []]),
             lambda: verirec.evaluate(np.ones((2, 3)), np.ones((4, 3)), [[0], [1]], [[2, 2], []]),
             lambda: verirec.evaluate(np.ones((2, 3)), np.ones((4, 3)), [[0], [1]], [[3, 0], []]),
             lambda: verirec.evaluate(np.ones((2, 3)), np.ones((4, 3)), [[0], [1.]], [[2], []]),
             lambda: verirec.evaluate(np.ones((2, 3)), np.ones((4, 3)), [[0], [1]], [[2**32 + 2], []]),
             lambda: verirec.evaluate_lists([[2, -2], [3, -1]], 4, [[0], [1]], [[2], []]),
             lambda: verirec.evaluate_lists([2, 3], 4, [[0], [1]], [[2], []])):
    try:
        print("no error:", call())
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
print(verirec.evaluate_lists([[2, 1], [3, -1]], 4, [[0], [1]], [[2], []]).recall)
P
echo "== a forked process does not wait for its parent's threads"
OMP_NUM_THREADS=2 timeout 60 $python - "$root/bench/python" <<'P' 2>&1
import multiprocessing, sys
sys.path.insert(0, sys.argv[1])
import numpy as np
import verirec
def recall(_):
    return verirec.evaluate(np.ones((300, 3)), np.arange(1200.).reshape(400, 3), [[0]] * 300, [[399]] * 300)[0]
print(recall(0), *multiprocessing.get_context("fork").Pool(1).map(recall, [0]))
P
