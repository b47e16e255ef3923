"""Cases for `verirec audit`: correct codes, and codes with one usual mistake each, written in NumPy from the formulas.

    cases.py DIR

writes DIR/LOSS/NAME/*.npy and DIR/index.txt, a line for each case: LOSS NAME EXPECTED, where EXPECTED is "right" or the
mistake's name. Only values are written out here: gradients are complex-step derivatives of the same code (exact to a
rounding, mistakes and all), but for the mistakes that are in a gradient alone.
"""
import json
import os
import sys

import numpy as np

H = {np.float64: 1e-100, np.float32: 1e-8}  # the complex step
np.seterr(all="ignore")


def top(x):
    return x.real.max(axis=-1, keepdims=True)


def lse(x, shift=True):
    """log sum exp over the last axis"""
    m = top(x) if shift else np.zeros_like(top(x))
    return m[..., 0] + np.log(np.exp(x - m).sum(axis=-1))


def softplus(x, naive=False, threshold=False):
    if naive:
        return np.log(1 + np.exp(x))
    out = np.where(x.real > 0, x, 0) + np.log1p(np.exp(np.where(x.real > 0, -x, x)))
    return np.where(x.real > 20, x, out) if threshold else out


def positive_part(x):
    return np.where(x.real > 0, x, 0)


def temperatures(bug, t):
    """what the positive's score and the others' are divided by"""
    both = {"temperature-twice": t * t, "temperature-missing": 1, "temperature-multiplied": 1 / t}.get(bug, t)
    if bug == "temperature-on-negatives-only":
        return 1, t
    return (t, 1) if bug == "temperature-on-positive-only" else (both, both)


def softmax_like(loss, bug, y, x, s, q, p):
    """softmax, sampled-softmax, infonce, mine, mine+, from the logits"""
    n = x.shape[-1]
    t, weight = p["t"], p.get("lambda", 1)
    ty, tx = temperatures(bug, t)
    y, x = y / ty, x / tx
    own = y[..., None] + 0 * x[..., :1]
    if q is not None and bug == "proposal-left-out-of-the-mean":
        x = x - np.log(n)
    elif q is not None and bug == "proposal-multiplied":
        x = x + np.log(q / n)
    elif q is not None and bug != "proposal-forgotten":
        x = x - np.log(q) - (0 if bug == "sum-for-mean" else np.log(n))
    elif bug == "sum-for-mean":
        x = x + np.log(n)
    if bug == "mean-for-sum":
        x = x - np.log(n)
    if bug in ("log-and-sum-swapped", "log-and-mean-swapped"):
        terms = x - own if loss == "mine" else softplus(x - own)
        return terms.sum(axis=-1) if bug == "log-and-sum-swapped" else terms.mean(axis=-1)
    has_positive = loss not in ("mine", "mine+")
    if bug == "positive-left-out":
        has_positive = False
    if bug == "positive-put-in":
        x = np.concatenate([x, own], axis=-1)
    if has_positive:
        x = np.concatenate([x, own], axis=-1)
    log_sum = lse(x, shift=bug != "missing-max-shift")
    if bug == "log-base-2-of-the-sum":
        log_sum = log_sum / np.log(2)
    if bug == "lambda-forgotten":
        weight = 1
    if bug == "lambda-inside-the-log":
        return log_sum + np.log(weight) - y
    if bug == "lambda-on-the-positive":
        return log_sum - weight * y
    if bug == "lambda-on-everything":
        return weight * (log_sum - y)
    return weight * log_sum - y


def debiased_infonce(loss, bug, y, x, s, q, p):
    n, m = x.shape[-1], s.shape[-1]
    t, tau, weight = p["t"], p["tau_plus"], p.get("lambda", n)
    floor = np.exp(1 / t if bug == "clamp-at-e^(1/t)" else -1 / t)
    ty, tx = temperatures(bug, t)
    y, x, s = y / ty, x / tx, s / tx
    if bug == "negatives-and-positive-samples-swapped":
        x, s, n, m = s, x, m, n
        weight = p.get("lambda", n)
    if bug == "positive-put-in":
        x = np.concatenate([x, y[..., None] + 0 * x[..., :1]], axis=-1)
        n = n + 1
    by_n, by_m = (m, n) if bug == "n-and-m-swapped" else (n, m)
    if bug in ("sum-for-mean", "sums-for-means"):
        by_n = 1
    if bug in ("sum-for-mean-of-positive-samples", "sums-for-means"):
        by_m = 1
    a, b = np.exp(x).sum(axis=-1) / by_n, np.exp(s).sum(axis=-1) / by_m
    f = (a - (1 if bug == "tau-plus-forgotten" else tau) * b) / (1 - tau)
    if bug == "debiasing-missing":
        f = a
    if bug == "positive-samples-ignored":
        f = a / (1 - tau)
    if bug == "one-minus-tau-plus-forgotten":
        f = a - tau * b
    if bug == "gradient-through-the-clamp":
        f = np.where(f.real > floor, f, floor + 1j * f.imag if np.iscomplexobj(f) else floor)
    elif bug == "clamp-at-zero":
        f = np.where(f.real > 0, f, 0)
    elif bug != "clamp-missing":
        f = np.where(f.real > floor, f, floor)
    if bug == "lambda-forgotten":
        weight = 1
    if bug == "lambda-is-n":
        weight = n
    if bug == "missing-max-shift":
        return -np.log(np.exp(y) / (np.exp(y) + weight * f))
    u = np.log(weight * f) - y
    return u if bug == "positive-left-out" else np.log1p(weight * f * np.exp(-y))


def bpr(loss, bug, y, x, s, q, p):
    ty, tx = temperatures(bug, p["t"])
    own = y[..., None] + 0 * x[..., :1]
    if bug == "positive-put-in":
        x = np.concatenate([x, own], axis=-1)
    d = x / tx - own / ty
    if bug == "log-and-sum-swapped":
        return lse(np.concatenate([d, 0 * own], axis=-1))
    terms = softplus(d, naive=bug == "missing-max-shift", threshold=bug == "softplus-threshold")
    return terms.mean(axis=-1) if bug == "mean-for-sum" else terms.sum(axis=-1)


def pointwise(loss, bug, y, x, s, q, p):
    n = x.shape[-1]
    tau = p.get("tau_plus", 1)
    weight = p.get("weight" if loss == "ccl" else "lambda", 1)
    eps = p.get("margin", 0)
    at_positive, at_samples = tau, tau
    if bug == "margin-forgotten":
        eps = 0
    if bug in ("lambda-forgotten", "weight-forgotten"):
        weight = 1
    if bug == "tau-plus-forgotten":
        at_positive = at_samples = 1
    if bug == "tau-plus-forgotten-at-the-positive":
        at_positive = 1
    if bug == "tau-plus-forgotten-at-the-samples":
        at_samples = 1

    def minus(z):
        if loss.startswith("mse"):
            return z * z
        return z - eps if bug == "hinge-missing" else positive_part(z - eps)

    if bug == "positive-put-in":
        x = np.concatenate([x, y[..., None] + 0 * x[..., :1]], axis=-1)
        n = n + 1
    if bug == "negatives-and-positive-samples-swapped":
        x, s = s, x
        n = x.shape[-1]
    m = s.shape[-1] if s is not None else 1
    by_n, by_m = (m, n) if bug == "n-and-m-swapped" else (n, m)
    if bug in ("sum-for-mean", "sums-for-means"):
        by_n = 1
    if bug in ("sum-for-mean-of-positive-samples", "sums-for-means"):
        by_m = 1
    own = (1 - y) ** 2 if loss.startswith("mse") else 1 - y
    if bug == "positive-clipped":
        own = positive_part(own)
    negatives = minus(x).sum(axis=-1) / by_n
    samples = minus(s).sum(axis=-1) / by_m if s is not None else 0
    if bug == "debiasing-missing":
        return own + weight * negatives
    if bug == "positive-samples-ignored":
        return at_positive * own + weight * negatives
    if bug == "lambda-on-the-positive":
        return weight * at_positive * own + negatives - (at_samples * samples if s is not None else 0)
    if bug == "lambda-missing-at-the-samples":
        return at_positive * own + weight * negatives - at_samples * samples
    if s is not None:
        negatives = negatives - at_samples * samples
    total = at_positive * own + weight * negatives
    if bug == "lambda-on-everything":
        total = weight * (at_positive * own + negatives)
    return total / 2 if bug == "half-squares" else total


def mean_difference(loss, bug, y, x, s, q, p):
    n = 1 if bug == "sum-for-mean" else x.shape[-1]
    if bug == "positive-put-in":
        x = np.concatenate([x, y[..., None] + 0 * x[..., :1]], axis=-1)
        n = n + 1
    return x.sum(axis=-1) / n - y


def whole(code):
    """mistakes that any loss may have"""

    def f(loss, bug, y, x, s, q, p):
        value = code(loss, bug, y, x, s, q, p)
        if bug == "sign-flipped":
            return -value
        if bug == "log-base-2":
            return value / np.log(2)
        return value * p["t"] if bug == "loss-times-t" else value

    return f


LOGITS = {"t": 0.45}
TEMPERATURE = ["temperature-twice", "temperature-missing", "temperature-multiplied", "temperature-on-negatives-only",
               "temperature-on-positive-only", "gradient-lacks-1/t", "gradient-has-1/t-twice", "loss-times-t", "log-base-2",
               "missing-max-shift"]
ANY = ["sign-flipped", "positive-detached", "negatives-detached", "positive-put-in"]
CONTRAST = TEMPERATURE + ANY + ["positive-left-out", "mean-for-sum", "log-and-sum-swapped", "log-and-mean-swapped",
                                "log-base-2-of-the-sum"]
DEBIASED = ["sum-for-mean", "sum-for-mean-of-positive-samples", "sums-for-means", "debiasing-missing",
            "positive-samples-ignored", "tau-plus-forgotten", "n-and-m-swapped", "negatives-and-positive-samples-swapped",
            "positive-samples-detached", "lambda-forgotten"]
POINTWISE_DEBIASED = DEBIASED + ["tau-plus-forgotten-at-the-positive", "tau-plus-forgotten-at-the-samples",
                                 "lambda-on-the-positive", "lambda-on-everything", "lambda-missing-at-the-samples"]
HINGE = ["margin-forgotten", "hinge-missing", "positive-clipped"]
SQUARE = ["gradient-lacks-the-2", "half-squares"]

LOSSES = {  # name: (code, parameters, mistakes)
    "softmax": (softmax_like, LOGITS, CONTRAST),
    "sampled-softmax": (softmax_like, LOGITS, CONTRAST + [
        "sum-for-mean", "proposal-forgotten", "proposal-left-out-of-the-mean", "proposal-multiplied"]),
    "infonce": (softmax_like, LOGITS, CONTRAST),
    "infonce-debiased": (debiased_infonce, {"t": 0.45, "tau_plus": 0.3, "lambda": 7},
                         TEMPERATURE + ANY + DEBIASED + ["positive-left-out", "one-minus-tau-plus-forgotten",
                                                         "clamp-at-e^(1/t)", "clamp-missing", "clamp-at-zero",
                                                         "gradient-through-the-clamp", "lambda-is-n"]),
    "mine": (softmax_like, LOGITS, [b for b in CONTRAST if b != "positive-left-out"]),
    "mine+": (softmax_like, {"t": 0.4, "lambda": 1.25},
              [b for b in CONTRAST if b not in ("positive-left-out", "log-and-sum-swapped", "log-and-mean-swapped")] +
              ["lambda-forgotten", "lambda-inside-the-log", "lambda-on-the-positive", "lambda-on-everything"]),
    "bpr": (bpr, LOGITS, TEMPERATURE + ANY + ["mean-for-sum", "log-and-sum-swapped", "softplus-threshold"]),
    "mse": (pointwise, {"lambda": 0.75}, ANY + SQUARE + ["sum-for-mean", "lambda-forgotten", "lambda-on-the-positive",
                                                         "lambda-on-everything"]),
    "ccl": (pointwise, {"margin": 0.25, "weight": 3}, ANY + HINGE + ["sum-for-mean", "weight-forgotten"]),
    "mse-debiased": (pointwise, {"lambda": 0.75, "tau_plus": 0.3}, ANY + SQUARE + POINTWISE_DEBIASED),
    "ccl-debiased": (pointwise, {"lambda": 0.75, "tau_plus": 0.3, "margin": 0.25}, ANY + HINGE + POINTWISE_DEBIASED),
    "mean-difference": (mean_difference, {}, ANY + ["sum-for-mean"]),
}


def gradients(f, scores, real):
    """complex-step derivatives of the row's values with respect to y, x, s"""
    h = real(H[real])
    out = []
    for which in range(3):
        if scores[which] is None:
            out.append(None)
            continue
        complex_type = np.complex128 if real is np.float64 else np.complex64
        a = [None if z is None else z.astype(complex_type) for z in scores]
        if which == 0:
            a[0] = a[0] + complex_type(1j) * h
            out.append((f(*a).imag / h).astype(real))
            continue
        n = a[which].shape[1]
        step = complex_type(1j) * h * np.eye(n, dtype=real)
        wide = [a[0][:, None]] + [None if z is None else z[:, None, :] for z in a[1:]]
        wide[which] = wide[which] + step[None]
        slope = np.broadcast_to(f(*wide).imag / h, (len(a[0]), n))
        out.append(slope.astype(real))
    return out


def make(loss, bug, scores, q, params, real):
    """value of every row and its gradients, as a code with this mistake gives them"""
    code = whole(LOSSES[loss][0])
    p = {k: real(v) for k, v in params.items()}

    def f(y, x, s):
        return code(loss, bug, y, x, s, q if q is None or x.ndim == 2 else q[:, None, :], p)

    value = f(*scores)
    assert value.dtype == real, (loss, bug, value.dtype)
    g = gradients(f, scores, real)
    for z in g:
        if z is not None:
            z[~np.isfinite(value)] = np.nan  # what automatic differentiation leaves of inf / inf
    if bug == "gradient-lacks-1/t":
        g = [z if z is None else z * p["t"] for z in g]
    if bug == "gradient-has-1/t-twice":
        g = [z if z is None else z / p["t"] for z in g]
    if bug == "gradient-lacks-the-2":
        g = [z if z is None else z / 2 for z in g]
    for name, which in (("positive-detached", 0), ("negatives-detached", 1), ("positive-samples-detached", 2)):
        if bug == name:
            g[which] = 0 * g[which]
    return value, g


def write(folder, loss, scores, q, params, value, g, how):
    """how: rows, sum, mean, single; or VALUE+GRADIENT of those"""
    os.makedirs(folder)
    how, how_gradient = how.split("+") if "+" in how else (how, how)
    b = len(scores[0])
    if how in ("sum", "mean"):
        value = getattr(value, how)()
    if how_gradient == "mean":
        g = [z if z is None else z / z.dtype.type(b) for z in g]
    names = [("pos", scores[0]), ("neg", scores[1]), ("pos_samples", scores[2]), ("neg_q", q), ("value", value),
             ("grad_pos", g[0]), ("grad_neg", g[1]), ("grad_pos_samples", g[2])]
    for name, array in names:
        if array is not None:
            np.save(f"{folder}/{name}.npy", array[0] if how == "single" else array)
    with open(f"{folder}/params.json", "w") as file:
        json.dump(params, file)


def draw(loss, rng, b, n, m, real, kind):
    low, high = (-1, 1) if kind == "cosine" else (-10, 10)
    y = rng.uniform(low, high, b)
    x = rng.uniform(low, high, (b, n))
    s = rng.uniform(low, high, (b, m)) if loss.endswith("-debiased") else None
    if s is not None and kind == "cosine":  # the second row's bracket is below the floor
        x[1 % b], s[1 % b] = rng.uniform(-1, -0.7, n), rng.uniform(0.8, 1, m)
        if b > 2:  # the third's is between 0 and the floor
            x[2], s[2] = -0.8, -0.45
        if b > 3:  # the fourth's is far above, whatever is done to the samples
            s[3] = rng.uniform(-1, -0.9, m)
    q = rng.uniform(0.02, 0.4, (b, n)).astype(real) if loss == "sampled-softmax" else None
    return [z if z is None else z.astype(real) for z in (y, x, s)], q


def far(bug, scores):
    """scores at which a mistake of range shows"""
    if bug == "missing-max-shift":
        far_out = 8 if scores[0].dtype == np.float64 else 1
        scores[0][0], scores[1][0] = 40 * far_out, -60 * far_out
        scores[1][1, 0] = 60 * far_out
        if scores[2] is not None:
            scores[2][:] = -1
    if bug == "softplus-threshold":
        scores[0][0], scores[1][0] = -6, 6
    if bug == "positive-clipped":
        scores[0][0] = 1.5
    return scores


def compositions(root, index):
    """a value and gradients that are not of one code"""

    def case(name, expected, value_bug, gradient_bug, how):
        rng = np.random.default_rng(7)
        scores, q = draw("infonce", rng, 4, 12, 5, np.float64, "cosine")
        params = LOSSES["infonce"][1]
        value, _ = make("infonce", value_bug, scores, q, params, np.float64)
        _, g = make("infonce", gradient_bug, scores, q, params, np.float64)
        write(f"{root}/infonce/{name}", "infonce", scores, q, params, value, g, how)
        index.append(f"infonce {name} {expected}")

    case("mean-and-sum", "reductions-differ", "", "", "mean+sum")
    case("sum-and-mean", "reductions-differ", "", "", "sum+mean")
    case("left-out-mean-and-sum", "positive-left-out,reductions-differ", "positive-left-out", "positive-left-out",
         "mean+sum")
    case("value-only", "log-base-2", "log-base-2", "", "mean")
    case("gradient-only", "temperature-twice", "", "temperature-twice", "sum")
    case("two-mistakes", "log-base-2,positive-left-out", "log-base-2", "positive-left-out", "mean")


def overflow(root, index):
    """InfoNCE without a shift where one exponential is infinite: value and gradients as PyTorch's automatic
    differentiation leaves them, 0 where 1 / infinity meets a finite exponential, NaN where it meets an infinite one"""
    for real, how in ((np.float32, "mean"), (np.float64, "rows"), (np.float32, "sum"), (np.float64, "single")):
        params = {"t": 0.01 if real is np.float32 else 0.001}
        t, b = real(params["t"]), 1 if how == "single" else 5
        (y, x, _), _ = draw("infonce", np.random.default_rng(8), b, 12, 0, real, "cosine")
        y[0], x[0, :2] = 0.5, (0.97, 0.9)
        e, own = np.exp(x / t), np.exp(y / t)
        total = own + e.sum(axis=-1)
        value = np.log(total) - y / t
        slope = (1 / total) / t
        g = [own * slope - 1 / t, e * slope[:, None], None]
        assert np.isinf(value[0]) and np.isnan(g[1][0]).any() and (g[1][0] == 0).any()
        name = f"overflow-f{32 if real is np.float32 else 64}-{how}"
        write(f"{root}/infonce/{name}", "infonce", [y, x, None], None, params, value.astype(real), g, how)
        index.append(f"infonce {name} missing-max-shift")


def main(root):
    index = []

    def case(loss, name, bug, scores, q, how, real):
        params = LOSSES[loss][1]
        value, g = make(loss, bug, scores, q, params, real)
        tag = f"{name}-f{32 if real is np.float32 else 64}-{how}"
        write(f"{root}/{loss}/{tag}", loss, scores, q, params, value, g, how)
        index.append(f"{loss} {tag} {name if bug else 'right'}")

    for loss, (_, _, bugs) in LOSSES.items():
        rng = np.random.default_rng(6)
        for real in (np.float64, np.float32):
            for b, n, how, kind in ((1, 9, "single", "tens"), (5, 9, "rows", "cosine"), (5, 9, "rows+mean", "tens"),
                                    (5, 9, "sum", "tens"), (5, 9, "mean", "cosine"), (1, 1, "single", "cosine"),
                                    (2, 200, "mean", "tens")):
                scores, q = draw(loss, rng, b, n, 4, real, kind)
                case(loss, f"right-{kind}-{n}", "", scores, q, how, real)
        for i, bug in enumerate(bugs):
            for real, how in ((np.float64, "rows"), ((np.float32, "mean"), (np.float64, "sum"))[i % 2]):
                if bug == "softplus-threshold" and real is np.float32:
                    continue
                scores, q = draw(loss, rng, 4, 12, 5, real, "cosine")
                if bug in ("mean-for-sum", "positive-put-in"):
                    q = None  # candidates that stand for themselves
                case(loss, bug.replace("/", "|"), bug, far(bug, scores), q, how, real)
    compositions(root, index)
    overflow(root, index)
    with open(f"{root}/index.txt", "w") as file:
        file.write("\n".join(index) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
