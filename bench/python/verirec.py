"""verirec's losses, gradients, error bounds and metrics for NumPy, through the C ABI of src/verirec.h.

    import verirec
    out = verirec.loss("mine+", pos, neg, t=0.4)          # pos: (B,), neg: (B, N); float32 or float64
    out.value, out.grad_pos, out.grad_neg, out.bound      # one loss a pair; |out.value - exact| <= out.bound
    verirec.evaluate(users, items, train, test, k=20)     # train, test: one list of item ids a user

The library is taken from $VERIREC_LIBRARY, from build/ of the checkout (`make lib`), or from where
`make install` put it.
"""
import ctypes
import os
from collections import namedtuple

import numpy as np

ABI = 1
PARAMETERS = ("t", "lambda", "tau_plus", "margin", "weight")
NO_ITEM = np.uint32(0xFFFFFFFF)
_MESSAGE = 1024

Loss = namedtuple("Loss", "value grad_pos grad_neg grad_pos_samples bound")
Metrics = namedtuple("Metrics", "recall ndcg n_users per_user_recall per_user_ndcg")


class Error(ValueError):
    """What the library said; status is its exit code (verirec.h)."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


class _Params(ctypes.Structure):
    _fields_ = [(name, ctypes.c_double) for name in PARAMETERS]


class _Scores(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in ("batch", "n_neg", "n_samples")] + [
        (name, ctypes.c_void_p) for name in ("pos", "neg", "pos_samples", "neg_q")]


class _Results(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p)
                for name in ("value", "bound", "grad_pos", "grad_neg", "grad_pos_samples")]


class _Interactions(ctypes.Structure):
    _fields_ = [("offsets", ctypes.c_void_p), ("items", ctypes.c_void_p)]


class _Split(ctypes.Structure):
    _fields_ = [("n_users", ctypes.c_uint32), ("n_items", ctypes.c_uint32),
                ("train", _Interactions), ("test", _Interactions)]


class _Metrics(ctypes.Structure):
    _fields_ = [("mean_recall", ctypes.c_double), ("mean_ndcg", ctypes.c_double),
                ("n_users", ctypes.c_uint32), ("recall", ctypes.c_void_p), ("ndcg", ctypes.c_void_p)]


def _load():
    here = os.path.dirname(os.path.abspath(__file__))
    built = os.path.join(here, "..", "..", "build", "libverirec.so.%d" % ABI)
    path = os.environ.get("VERIREC_LIBRARY") or (built if os.path.exists(built) else "libverirec.so.%d" % ABI)
    library = ctypes.CDLL(path)
    if library.verirec_abi() != ABI:
        raise ImportError("%s: ABI %d, but this module is made for %d" % (path, library.verirec_abi(), ABI))
    for name in ("verirec_version", "verirec_loss_name", "verirec_loss_title", "verirec_loss_equation"):
        getattr(library, name).restype = ctypes.c_char_p
    library.verirec_loss_name.argtypes = [ctypes.c_size_t]
    library.verirec_evaluate.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_void_p,
                                         ctypes.c_int, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_char_p]
    library.verirec_evaluate_lists.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32,
                                               ctypes.c_void_p, ctypes.c_char_p]
    return library


_library = _load()
version = _library.verirec_version().decode()


def losses():
    """Names of the losses."""
    names, i = [], 0
    while _library.verirec_loss_name(i):
        names.append(_library.verirec_loss_name(i).decode())
        i += 1
    return names


def _check(status, message):
    if status:
        raise Error(status, message.value.decode())


def _address(array):
    return None if array is None else array.ctypes.data


def loss(name, pos, neg, pos_samples=None, neg_q=None, **params):
    """Loss and gradient of each pair. pos: (B,) scores of the positives; neg: (B, N); pos_samples: (B, M);
    neg_q: (B, N). float32 arrays are evaluated in float, anything else in double. Parameters by their names:
    t, lambda (or lambda_, as Python has the word), tau_plus, margin, weight."""
    params = {key.rstrip("_"): value for key, value in params.items()}
    unknown = set(params) - set(PARAMETERS)
    if unknown:
        raise TypeError("unknown parameter %s; there are %s" % (sorted(unknown)[0], ", ".join(PARAMETERS)))
    single = all(np.asarray(a).dtype == np.float32 for a in (pos, neg))
    real, suffix = (np.float32, b"f32") if single else (np.float64, b"f64")
    pos, neg = np.ascontiguousarray(pos, real), np.ascontiguousarray(neg, real)
    samples = None if pos_samples is None else np.ascontiguousarray(pos_samples, real)
    q = None if neg_q is None else np.ascontiguousarray(neg_q, real)
    batch, n = pos.shape[0], neg.shape[-1]
    m = 0 if samples is None else samples.shape[-1]
    for label, array, shape in (("neg", neg, (batch, n)), ("pos_samples", samples, (batch, m)), ("neg_q", q, (batch, n))):
        if pos.ndim != 1 or (array is not None and array.shape != shape):
            raise ValueError("%s: expected shape %s, got %s; pos has %s" % (label, shape, array.shape, pos.shape))
    out = Loss(np.empty(batch, real), np.empty(batch, real), np.empty((batch, n), real),
               None if samples is None else np.empty((batch, m), real), np.empty(batch))
    given = _Params(*(float(params.get(key, "nan")) for key in PARAMETERS))
    scores = _Scores(batch, n, m, *map(_address, (pos, neg, samples, q)))
    results = _Results(*map(_address, (out.value, out.bound, out.grad_pos, out.grad_neg, out.grad_pos_samples)))
    message = ctypes.create_string_buffer(_MESSAGE)
    call = getattr(_library, "verirec_loss_" + suffix.decode())
    _check(call(name.encode(), ctypes.byref(given), ctypes.byref(scores), ctypes.byref(results), message), message)
    return out


def _ids(what, ids, least=0):
    """ids as uint32; least -1: that is NO_ITEM."""
    ids = np.asarray(ids)
    if ids.size == 0:
        return ids.astype(np.uint32)
    if ids.dtype.kind not in "iu":
        raise TypeError("%s: expected whole numbers, got dtype %s" % (what, ids.dtype))
    if ids.min() < least or ids.max() > int(NO_ITEM):
        raise ValueError("%s: expected item ids from %d to %d, got %d to %d" %
                         (what, least, int(NO_ITEM), ids.min(), ids.max()))
    return ids.astype(np.uint32)  # -1 has the bits of NO_ITEM


def _rows(what, lists):
    rows = [np.sort(_ids("%s of user %d" % (what, user), row)) for user, row in enumerate(lists)]
    offsets = np.zeros(len(rows) + 1, np.uint64)
    offsets[1:] = np.cumsum([len(row) for row in rows])
    return offsets, np.concatenate(rows + [np.empty(0, np.uint32)]).astype(np.uint32)


def _measure(n_users, n_items, train, test, call):
    if len(train) != n_users or len(test) != n_users:
        raise ValueError("expected the items of %d users, got train of %d and test of %d" %
                         (n_users, len(train), len(test)))
    kept = [_rows("train", train), _rows("test", test)]  # lives as long as the call
    split = _Split(n_users, n_items, *(_Interactions(*map(_address, rows)) for rows in kept))
    recall, ndcg = np.empty(n_users), np.empty(n_users)
    out = _Metrics(recall=_address(recall), ndcg=_address(ndcg))
    message = ctypes.create_string_buffer(_MESSAGE)
    _check(call(ctypes.byref(split), ctypes.byref(out), message), message)
    return Metrics(out.mean_recall, out.mean_ndcg, out.n_users, recall, ndcg)


def evaluate(users, items, train, test, k=20, scores="dot"):
    """Recall@k and NDCG@k of factors: users (U, d), items (I, d); all items are ranked but the train items."""
    if scores not in ("dot", "cosine"):
        raise ValueError('scores: expected "dot" or "cosine", got %r' % scores)
    users, items = (np.ascontiguousarray(a, np.float32) for a in (users, items))
    if users.ndim != 2 or items.ndim != 2 or users.shape[1] != items.shape[1]:
        raise ValueError("users, items: expected two tables of one width, got %s and %s" % (users.shape, items.shape))
    return _measure(len(users), len(items), train, test,
                    lambda split, out, message: _library.verirec_evaluate(
                        split, users.shape[1], _address(users), _address(items), scores == "cosine", k, out, message))


def evaluate_lists(lists, n_items, train, test):
    """The same of ranked lists: (U, k) item ids, best first; a list ends at NO_ITEM or -1."""
    lists = np.ascontiguousarray(_ids("lists", lists, -1))
    if lists.ndim != 2:
        raise ValueError("lists: expected users x places, got shape %s" % (lists.shape,))
    return _measure(len(lists), n_items, train, test,
                    lambda split, out, message: _library.verirec_evaluate_lists(
                        split, _address(lists), lists.shape[1], out, message))
