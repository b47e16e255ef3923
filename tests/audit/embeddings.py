"""Cases of `verirec audit --scores`: embeddings, and scores that some rule makes of them.

    embeddings.py DIR: DIR/RULE/*.npy for each rule of RULES, f4 and f8
"""
import json
import os
import sys

import numpy as np

T = 0.3


def scores(rule, u, v, t):
    dot = (u * v).sum(axis=-1)
    a, b = np.sqrt((u * u).sum(axis=-1)), np.sqrt((v * v).sum(axis=-1))
    return {
        "cosine": lambda: dot / (a * b),
        "dot": lambda: dot,
        "user-not-normalised": lambda: dot / b,
        "item-not-normalised": lambda: dot / a,
        "squared-norms": lambda: dot / (a * a * b * b),
        "user-squared-norm": lambda: dot / (a * a * b),
        "item-squared-norm": lambda: dot / (a * b * b),
        "dot-over-sqrt-d": lambda: dot / np.sqrt(u.dtype.type(u.shape[-1])),
        "mean-of-products": lambda: (u * v).mean(axis=-1),
        "cosine-over-t": lambda: dot / (a * b) / t,
        "dot-over-t": lambda: dot / t,
        "negative-distance": lambda: -np.sqrt(((u - v) ** 2).sum(axis=-1)),
        "negative-squared-distance": lambda: -((u - v) ** 2).sum(axis=-1),
    }[rule]()


RULES = ["cosine", "dot", "user-not-normalised", "item-not-normalised", "squared-norms", "user-squared-norm",
         "item-squared-norm", "dot-over-sqrt-d", "mean-of-products", "cosine-over-t", "dot-over-t", "negative-distance",
         "negative-squared-distance", "cosine+dot"]


def main(root):
    rng = np.random.default_rng(3)
    for rule in RULES:
        for real in (np.float32, np.float64):
            folder = f"{root}/{rule}-{real.__name__}"
            os.makedirs(folder)
            user, pos, neg = (rng.normal(size=shape).astype(real) for shape in ((3, 16), (3, 16), (3, 5, 16)))
            of_pos, of_neg = rule.split("+") if "+" in rule else (rule, rule)
            y = scores(of_pos, user, pos, real(T))
            x = scores(of_neg, user[:, None, :], neg, real(T))
            logits = x.astype(np.float64) / T
            value = np.log(np.exp(logits).sum(axis=1)) - y.astype(np.float64) / T
            arrays = {"user": user, "pos_item": pos, "neg_items": neg, "pos": y, "neg": x, "value": value.astype(real)}
            for name, array in arrays.items():
                np.save(f"{folder}/{name}.npy", array)
            with open(f"{folder}/params.json", "w") as file:
                json.dump({"t": T}, file)


if __name__ == "__main__":
    main(sys.argv[1])
