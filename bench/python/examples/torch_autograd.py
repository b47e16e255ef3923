"""PyTorch's autograd against verirec, for every loss: values and gradients, in double.

Run: python3 bench/python/examples/torch_autograd.py (after `make lib`; needs python3-torch)
"""
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import numpy as np
import torch
import verirec


def softmax(y, s, k, p):  # the catalogue is the positive's competitors here: log sum over them and it
    return torch.logsumexp(torch.cat([y[:, None], s], 1) / p["t"], 1) - y / p["t"]


def infonce_debiased(y, s, k, p):
    n, floor = s.shape[1], math.exp(-1 / p["t"])
    mean, mean_positive = torch.exp(s / p["t"]).mean(1), torch.exp(k / p["t"]).mean(1)
    f = torch.clamp((mean - p["tau_plus"] * mean_positive) / (1 - p["tau_plus"]), min=floor)
    return torch.log(torch.exp(y / p["t"]) + n * f) - y / p["t"]


def square(y, s, k, p):
    return (1 - y) ** 2 + p["lambda"] * (s ** 2).mean(1)


def hinge(y, s, k, p):
    return 1 - y + p["weight"] * torch.relu(s - p["margin"]).mean(1)


def debiased(positive, negative):
    def formula(y, s, k, p):
        tau = p["tau_plus"]
        return tau * positive(y) + p["lambda"] * (negative(s, p).mean(1) - tau * negative(k, p).mean(1))
    return formula


LOSSES = {  # name: formula, parameters
    "softmax": (softmax, {"t": .2}),
    "sampled-softmax": (softmax, {"t": .2}),
    "infonce": (softmax, {"t": .2}),
    "infonce-debiased": (infonce_debiased, {"t": .5, "tau_plus": .1}),
    "mine": (lambda y, s, k, p: torch.logsumexp(s / p["t"], 1) - y / p["t"], {"t": .2}),
    "mine+": (lambda y, s, k, p: p["lambda"] * torch.logsumexp(s / p["t"], 1) - y / p["t"], {"t": .4, "lambda": 1.2}),
    "bpr": (lambda y, s, k, p: torch.nn.functional.softplus((s - y[:, None]) / p["t"]).sum(1), {"t": 1}),
    "mse": (square, {"lambda": .7}),
    "ccl": (hinge, {"margin": .3, "weight": 150}),
    "mse-debiased": (debiased(lambda y: (1 - y) ** 2, lambda s, p: s ** 2), {"lambda": .7, "tau_plus": .1}),
    "ccl-debiased": (debiased(lambda y: 1 - y, lambda s, p: torch.relu(s - p["margin"])),
                     {"lambda": .7, "tau_plus": .1, "margin": .3}),
    "mean-difference": (lambda y, s, k, p: (s - y[:, None]).mean(1), {}),
}

rng = np.random.default_rng(2019)
pos, neg, samples = rng.uniform(-1, 1, 64), rng.uniform(-1, 1, (64, 200)), rng.uniform(-1, 1, (64, 10))
assert set(LOSSES) == set(verirec.losses()), "a loss is missing here"
wrong = 0
for name, (formula, params) in LOSSES.items():
    tensors = [torch.tensor(a, requires_grad=True) for a in (pos, neg, samples)]
    value = formula(*tensors, params)
    gradients = torch.autograd.grad(value.sum(), tensors, allow_unused=True)
    debias = name.endswith("debiased")
    ours = verirec.loss(name, pos, neg, samples if debias else None, **params)
    off = np.max(np.abs(value.detach().numpy() - ours.value) / ours.bound)
    grads = [ours.grad_pos, ours.grad_neg] + ([ours.grad_pos_samples] if debias else [])
    far = max(np.max(np.abs(g.numpy() - mine)) / np.max(np.abs(mine)) for g, mine in zip(gradients, grads))
    wrong += off > 100 or far > 1e-12
    print("%-16s value within %5.1f error bounds, gradient within %.1e" % (name, off, far))
sys.exit(bool(wrong))
