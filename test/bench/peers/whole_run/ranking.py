"""The prior of the score: a ridge on ranks, products and bends, and boosted trees beside it."""

from dataclasses import dataclass

import lightgbm
import numpy as np

import basis
from cohorts import blocks, clearly_better, thinned
from columns import correlations

SHARES = [(linear, bent) for linear in (10, 3, 1, 0.3) for bent in (np.inf, 3, 1)]
HALF_LIVES = (np.inf, 250)
BLENDS = {"1+5+10+20": (slice(0, 4), 20), "1+5": (slice(0, 2), 5)}
GRID = [(share, half, blend) for share in SHARES for half in HALF_LIVES for blend in BLENDS]
DEFAULT = GRID.index(((3, 3), np.inf, "1+5+10+20"))
JUDGED_LAG, TREE_LAG = 5, 5
# Share of a usual term's size below which nothing but rounding is left of a term.
LEFT = 1e-3
TESTS_PER_FIT = 4
TREES = {
    "objective": "regression", "max_depth": 3, "num_leaves": 8, "learning_rate": 0.1, "min_data_in_leaf": 100,
    "lambda_l2": 100.0, "bagging_fraction": 0.5, "bagging_freq": 1, "num_threads": 1, "verbosity": -1,
    "deterministic": True, "force_row_wise": True, "max_bin": 63,
}  # fmt: skip
ROUNDS, TREE_ROWS, TREE_DATES = 20, 20_000, 250


@dataclass
class RankFit:
    weights: np.ndarray
    linear: int
    trees: object
    factor: float
    rows: tuple | None = None

    def parts(self, arm, dates):
        """The parts of the scores of some dates [dates x symbols]: ranks, what is not linear, trees."""
        ranks = np.asarray(arm.ranks[dates])
        state = np.broadcast_to(arm.state[dates][:, None, :], (*ranks.shape[:2], 2))
        wide = basis.terms(ranks, state, arm.rank_names)
        straight = wide[..., : self.linear] @ self.weights[: self.linear]
        bent = wide[..., self.linear :] @ self.weights[self.linear :]
        if self.trees is None:
            return straight, bent, np.zeros_like(straight)
        flat = np.concatenate([ranks, state], axis=-1).reshape(-1, ranks.shape[-1] + 2)
        trees = self.trees.predict(flat, num_threads=1).reshape(ranks.shape[:2]).astype(np.float32)
        return straight / 2, bent / 2, self.factor / 2 * trees


@dataclass
class RankPrior:
    fits: dict
    scores: np.ndarray
    blend: str
    trials: int


def weights_of(grams, right, until, half, shares):
    """Weights of every pair of shares, from the dates whose targets are known before a date."""
    used = np.arange(max(0, until))
    fade = np.ones(len(used)) if np.isinf(half) else 0.5 ** ((until - used) / half)
    fade = fade.astype(np.float32)
    gram = np.tensordot(fade, grams["gram"][used], axes=1).astype(np.float64)
    total = (fade @ right[used]).astype(np.float64)
    size, linear = np.diag(gram).copy(), grams["linear"]
    # Of ranks that the exposures explain whole, rounding is left: they get no weight.
    size[size < LEFT * np.median(size)] = 1e6 * np.median(size) + 1
    out = np.zeros((len(gram), len(shares)))
    for at, (share, bent) in enumerate(shares):
        width = linear if np.isinf(bent) else len(gram)
        penalty = share * size[:width]
        penalty[linear:] *= bent if np.isfinite(bent) else 1
        out[:width, at] = np.linalg.solve(gram[:width, :width] + np.diag(penalty), total[:width])
    return out


def tree_rows(arm, until):
    """The rows that trees are fitted to, in bins, and where they lie: those whose near targets are known before a date."""
    known = np.isfinite(arm.targets[:until, :, :2]).all(axis=2)
    dates = np.flatnonzero(known.any(axis=1))
    dates = thinned(dates, int(known.sum()), TREE_ROWS, TREE_DATES)
    at, symbol = np.nonzero(known[dates])
    date = dates[at]
    values = np.hstack([arm.ranks[date, symbol], arm.state[date]])
    return lightgbm.Dataset(values, params=TREES), values, date, symbol


def fit_trees(arm, rows, seed, permute=False):
    """Trees on the mean target of the near horizons."""
    data, values, date, symbol = rows
    source = arm.permutation[date, symbol] if permute else symbol
    data.set_label(np.nan_to_num(arm.targets[date, source, :2].mean(axis=1)))
    trees = lightgbm.train({**TREES, "seed": seed}, data, num_boost_round=ROUNDS)
    return trees, float(np.sqrt(np.mean(np.square(trees.predict(values, num_threads=1)))))


def fit_rank(arm, cohort, task, trained=None):
    """The prior; with a trained one the last fit of that of permuted targets, whose trees have the same rows."""
    permuted = trained is not None
    grams = arm.grams
    rights = grams["permuted" if permuted else "right"]
    blended = {name: rights[:, :, part].mean(axis=2) for name, (part, _) in BLENDS.items()}
    sessions = np.flatnonzero(grams["rows"] > 0)
    bounds, tests = blocks(sessions, cohort.validation)
    scores = np.full(arm.label.shape, np.nan, np.float32)
    chosen, share = DEFAULT, 1

    if len(tests):
        by_date, per_test = [], {}
        for test in tests:
            low, high = bounds[test - 1], bounds[test]
            columns = {
                (half, blend): weights_of(grams, blended[blend], low - lag, half, SHARES)
                for half in HALF_LIVES
                for blend, (_, lag) in BLENDS.items()
            }
            weights = np.stack([columns[half, blend][:, SHARES.index(own)] for own, half, blend in GRID], axis=1)
            per_test[test] = weights
            judged = np.arange(low, min(high, cohort.validation - JUDGED_LAG))
            by_date.append(judge(grams, rights, judged, weights))
        chosen = clearly_better(np.concatenate(by_date), DEFAULT)
        if not permuted:
            share = choose_trees(arm, cohort, bounds, tests, per_test, chosen, scores, task)

    fits = {}
    _, half, blend = GRID[chosen]
    for name, until in (("select", cohort.validation), ("fit", cohort.end)):
        if permuted and name == "select":
            continue
        own = weights_of(grams, blended[blend], until - BLENDS[blend][1], half, [GRID[chosen][0]])[:, 0]
        fits[name] = with_trees(arm, own, until, share, task, permuted, trained and trained.fits[name].rows)
    return RankPrior(fits, scores, blend, len(GRID) + 2)


def with_trees(arm, weights, until, share, task, permuted=False, rows=None):
    """@param rows Of another fit until the same date, where there is one: they are in bins already."""
    linear = arm.grams["linear"]
    if share == 0:
        return RankFit(weights.astype(np.float32), linear, None, 0.0)
    own = rows or tree_rows(arm, until - TREE_LAG)
    trees, spread = fit_trees(arm, own, task["seed"], permuted)
    gram = arm.grams["gram"][: max(0, until)].sum(axis=0)
    size = np.sqrt(weights @ gram @ weights / max(1, arm.grams["rows"][:until].sum()))
    return RankFit(weights.astype(np.float32), linear, trees, size / spread if spread > 0 else 0.0, own)


def judge(grams, rights, dates, weights):
    """Correlation with the neutral targets at 1 and 5 bars by date and candidate, from the sums of each date."""
    weights = weights.astype(np.float32)
    size = np.einsum("dwc,wc->dc", grams["gram"][dates] @ weights, weights)
    out = 0
    for horizon in (0, 1):
        with np.errstate(invalid="ignore", divide="ignore"):
            out = out + rights[dates, :, horizon] @ weights / np.sqrt(size * grams["squares"][dates, horizon, None])
    return out / 2


def choose_trees(arm, cohort, bounds, tests, per_test, chosen, scores, task):
    """Whether trees take part: by default, unless the ridge alone is clearly better. Fills the scores out of fold."""
    alone, both, by_date = np.full_like(scores, np.nan), np.full_like(scores, np.nan), []
    fit = None
    for at, test in enumerate(tests):
        low, high = bounds[test - 1], bounds[test]
        weights = per_test[test][:, chosen]
        if at % TESTS_PER_FIT == 0:
            fit = with_trees(arm, weights, low, 1, task)
        own = RankFit(weights.astype(np.float32), fit.linear, fit.trees, fit.factor)
        straight, bent, trees = own.parts(arm, slice(low, high))
        known = arm.ranked[low:high]
        for target, values in ((alone, 2 * (straight + bent)), (both, straight + bent + trees)):
            target[low:high] = arm.exposures.residuals(np.where(known, values, np.nan), low)
        judged = slice(low, min(high, cohort.validation - JUDGED_LAG))
        by_date.append(
            np.stack(
                [
                    np.mean([correlations(one[judged], arm.targets[judged, :, horizon]) for horizon in (0, 1)], axis=0)
                    for one in (alone, both)
                ],
                axis=1,
            )
        )
    share = clearly_better(np.concatenate(by_date), 1)
    scores[:] = both if share == 1 else alone
    return share
