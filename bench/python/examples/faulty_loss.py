"""A faulty loss, found: somebody's MINE+ in NumPy that averages the exponentials instead of adding them up.

Run: python3 bench/python/examples/faulty_loss.py (after `make lib`)
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import numpy as np
import verirec


def their_mine_plus(pos, neg, t, lambda_):
    return -pos / t + lambda_ * np.log(np.mean(np.exp(neg / t), axis=1))  # wrong: Eq. 16 has the sum


rng = np.random.default_rng(2019)
pos, neg = rng.uniform(-1, 1, 512), rng.uniform(-1, 1, (512, 800))
exact = verirec.loss("mine+", pos, neg, t=0.4, lambda_=1.2)
theirs = their_mine_plus(pos, neg, 0.4, 1.2)
error = np.abs(theirs - exact.value)
print("pairs whose value is beyond the error bound: %d of %d" % (np.sum(error > exact.bound), len(pos)))
print("every one is too small by %.6f" % np.mean(exact.value - theirs))
print("which is lambda log N:    %.6f" % (1.2 * np.log(800)))
right = theirs + 1.2 * np.log(800)
print("with the sum: %d beyond 4 bounds" % np.sum(np.abs(right - exact.value) > 4 * exact.bound))
