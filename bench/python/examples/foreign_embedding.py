"""Another program's embedding, evaluated: by its factors and by its own ranked lists, which must agree.

Run: python3 bench/python/examples/foreign_embedding.py (after `make lib`)
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import numpy as np
import verirec

rng = np.random.default_rng(2019)
n_users, n_items, dim, k = 300, 500, 16, 20
users, items = rng.normal(size=(n_users, dim)).astype(np.float32), rng.normal(size=(n_items, dim)).astype(np.float32)
liked = np.argsort(-(users @ items.T + 2 * rng.normal(size=(n_users, n_items))), axis=1)[:, :30]
train, test = [row[::2] for row in liked], [row[1::2] for row in liked]

by_factors = verirec.evaluate(users, items, train, test, k=k)

scores = users.astype(np.float64) @ items.T.astype(np.float64)
for user, row in enumerate(train):
    scores[user, row] = -np.inf
lists = np.argsort(-scores, axis=1, kind="stable")[:, :k]
by_lists = verirec.evaluate_lists(lists, n_items, train, test)

print("Recall@%d %.6f, NDCG@%d %.6f of %d users" % (k, by_factors.recall, k, by_factors.ndcg, by_factors.n_users))
print("the lists give %s" % ("the same" if np.isclose(by_lists.recall, by_factors.recall, atol=1e-3) else by_lists))
hits = [len(np.intersect1d(row[:k], liked_test)) / len(liked_test) for row, liked_test in zip(lists, test)]
print("Recall by hand: %s" % ("the same" if np.allclose(hits, by_lists.per_user_recall, atol=1e-15) else np.mean(hits)))
