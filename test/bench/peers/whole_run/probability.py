"""The prior of the probability: how far prices will move, then what the label is."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from cohorts import blocks, spaced

CLIP, UNITS = 5.0, 32
SCALE_GRID = [
    (ridge, tanh, half) for ridge in (10_000, 3000, 1000) for tanh in (np.inf, 3000, 1000) for half in (np.inf, 500, 250)
]
WEIGHTS_GRID = [
    (half, ridge) for half in (np.inf, 500, 250) for ridge in (np.inf, 100_000, 30_000, 10_000, 3000, 1000)
]
SHRINKAGES = (np.inf, 1000, 300, 100)
STANDARD = ((3000, 3000, np.inf), (np.inf, np.inf), 300)
SLOPE_RIDGE, OFF = 1.0, 1e12


@dataclass
class Fit:
    """One fit: the range's weights, and those of the logit."""

    scale: np.ndarray
    intercept: float
    slope: float
    relative: np.ndarray
    shift: np.ndarray


@dataclass
class Prior:
    centre: np.ndarray
    spread: np.ndarray
    relative_spread: np.ndarray
    units: np.ndarray
    fits: dict
    logits: np.ndarray
    trials: int

    def design(self, features):
        return range_design((features - self.centre) / self.spread, self.units)

    def parts(self, fit, features, relative):
        """Logits of panels [dates x symbols], and the parts of them that a window may change."""
        flat = self.design(features.reshape(-1, features.shape[-1]))
        scale = (flat @ fit.scale).reshape(features.shape[:2])
        within = np.clip(relative / self.relative_spread, -CLIP, CLIP) @ fit.relative
        return fit.intercept + fit.slope * scale + within + fit.shift, fit.slope * scale, within


def range_design(scaled, units):
    scaled = np.clip(scaled, -CLIP, CLIP)
    one = np.ones((len(scaled), 1), scaled.dtype)
    return np.hstack([scaled, np.tanh(np.hstack([scaled, one]) @ units), one])


def random_units(features, count, random):
    weights = random.standard_normal((features, count)) / np.sqrt(features)
    return np.vstack([weights, random.standard_normal((1, count))]).astype(np.float32)


def logistic(design, label, weight, penalty, start=None, steps=6):
    """Newton's method with a ridge."""
    w = np.zeros(design.shape[1]) if start is None else start.copy()
    for _ in range(steps):
        p = expit(design @ w)
        curved = (weight * p * (1 - p))[:, None] * design
        step = np.linalg.solve(
            design.T @ curved + np.diag(penalty + 1e-9), design.T @ (weight * (label - p)) - penalty * w
        )
        w += step
        if np.abs(step).max() < 1e-5:
            break
    return w


def decayed(date, until, half):
    return np.ones(len(date)) if np.isinf(half) else 0.5 ** ((until - date) / half)


def fit_priors(arm, cohort, task, permute):
    """The prior, and the one of permuted labels where asked; they share all that does not depend on targets."""
    horizon, end, validation = task["horizon"], cohort.end, cohort.validation
    known = arm.complete[: end - horizon] & np.isfinite(arm.label[: end - horizon])
    date, symbol = np.nonzero(known)
    kept = spaced(date, symbol, int(np.sum(date < validation - horizon)), horizon)
    date, symbol = date[kept], symbol[kept]
    before = date < validation - horizon
    features, relative = arm.features[date, symbol], arm.relative[date, symbol]
    centre, spread = features[before].mean(axis=0), features[before].std(axis=0)
    spread[spread == 0] = 1
    relative_spread = relative[before].std(axis=0)
    relative_spread[relative_spread == 0] = 1
    units = random_units(features.shape[1], UNITS, np.random.default_rng([task["seed"], 3, cohort.start]))
    design = range_design((features - centre) / spread, units)
    within = np.clip(relative / relative_spread, -CLIP, CLIP)
    bounds, tests = blocks(np.unique(date), validation)
    # Rows that are resolved before each bound, in order of date; then those before the end.
    resolved = [int(np.searchsorted(date, bound - horizon)) for bound in bounds] + [len(date)]
    starts = [int(np.searchsorted(date, bound)) for bound in bounds]
    sums = [design[low:high].T @ design[low:high] for low, high in zip([0, *resolved], resolved)]
    spans = np.diff([date[0] if len(date) else 0, *bounds, end])

    priors = {}
    for name in ("trained", "permuted") if permute else ("trained",):
        source = arm.permutation[date, symbol] if name == "permuted" else symbol
        label = arm.label[date, source].astype(np.float64)
        scale = arm.scale[date, source]
        if name == "permuted":
            unknown = ~np.isfinite(label) | ~np.isfinite(scale)
            label[unknown], scale[unknown] = arm.label[date, symbol][unknown], arm.scale[date, symbol][unknown]
        rights = [design[low:high].T @ scale[low:high] for low, high in zip([0, *resolved], resolved)]

        def range_weights(blocks_used, half):
            gram, right = np.zeros(sums[0].shape), np.zeros(len(sums[0]))
            for at in range(blocks_used):
                fade = 0.5 ** (spans[at] / half)
                gram, right = fade * gram + sums[at], fade * right + rights[at]
            return gram, right

        def solve(gram, right, ridge, tanh):
            penalty = np.full(len(gram), float(ridge))
            penalty[-1 - UNITS : -1] = min(tanh, OFF)
            penalty[-1] = 1e-6
            return np.linalg.solve(gram + np.diag(penalty), right)

        chosen_scale, chosen_weights, chosen_shrinkage = STANDARD
        logits = np.full(arm.label.shape, np.nan, np.float32)
        trials = len(SCALE_GRID) + len(WEIGHTS_GRID) + len(SHRINKAGES)
        if len(tests):
            solved, loss = {}, np.zeros(len(SCALE_GRID))
            for test in tests:
                by_half = {half: range_weights(test, half) for half in (np.inf, 500, 250)}
                solved[test] = np.stack([solve(*by_half[half], ridge, tanh) for ridge, tanh, half in SCALE_GRID], axis=1)
                low, high = starts[test - 1], starts[test]
                off = design[low:high] @ solved[test] - scale[low:high, None]
                loss += np.square(off).sum(axis=0)
            best = int(np.argmin(loss))
            chosen_scale = SCALE_GRID[best]
            first = starts[tests[0] - 1]
            out_of_fold = np.empty(starts[-1])
            out_of_fold[:first] = design[:first] @ solved[tests[0]][:, best]
            for test in tests:
                low, high = starts[test - 1], starts[test]
                out_of_fold[low:high] = design[low:high] @ solved[test][:, best]
            own = choose_calibration(
                out_of_fold, within[: starts[-1]], label, symbol, arm.label.shape[1], resolved, starts, tests, spans
            )
            chosen_weights, chosen_shrinkage, tested = own
            logits[date[first : starts[-1]], symbol[first : starts[-1]]] = tested

        fits = {}
        for fit, used, until in (("select", len(bounds), validation), ("fit", len(bounds) + 1, end)):
            rows = slice(0, resolved[used - 1])
            weights = solve(*range_weights(used, chosen_scale[2]), *chosen_scale[:2])
            level = design[rows] @ weights
            half, ridge = chosen_weights
            fade = decayed(date[rows], until, half)
            columns = np.hstack([within[rows], level[:, None], np.ones((len(level), 1))]).astype(np.float64)
            width = within.shape[1]
            if np.isinf(ridge):
                head = np.concatenate(
                    [np.zeros(width), logistic(columns[:, width:], label[rows], fade, np.array([SLOPE_RIDGE, 0]))]
                )
            else:
                head = logistic(columns, label[rows], fade, np.array([ridge] * width + [SLOPE_RIDGE, 0]))
            p = expit(columns @ head)
            gain = np.bincount(symbol[rows], fade * (label[rows] - p), arm.label.shape[1])
            information = np.bincount(symbol[rows], fade * p * (1 - p), arm.label.shape[1])
            shift = gain / (information + min(chosen_shrinkage, OFF))
            fits[fit] = Fit(weights.astype(np.float32), head[-1], head[-2], head[:-2].astype(np.float32), shift)
        priors[name] = Prior(
            centre.astype(np.float32), spread.astype(np.float32), relative_spread.astype(np.float32), units, fits, logits, trials
        )
    return priors


def choose_calibration(level, within, label, symbol, symbols, resolved, starts, tests, spans):
    """Weights of the relative features, then shifts of symbols: one Newton step from the logit of the range alone."""
    center, spread = level.mean(), level.std() or 1.0
    columns = np.hstack([within, ((level - center) / spread)[:, None], np.ones((len(level), 1))]).astype(np.float64)
    width, label = within.shape[1], label[: len(level)]
    logit, w = np.empty(len(level)), None
    for test in tests:
        low, high, known = starts[test - 1], starts[test], min(resolved[test - 1], len(level))
        penalty = np.array([SLOPE_RIDGE, 0])
        w = logistic(columns[:known, width:], label[:known], np.ones(known), penalty, w)
        if test == tests[0]:
            logit[:low] = columns[:low, width:] @ w
        logit[low:high] = columns[low:high, width:] @ w
    p = expit(logit)
    information = p * (1 - p)
    right = information * logit + label - p
    bounds = [min(bound, len(level)) for bound in resolved[:-1]]
    parts = list(zip([0, *bounds], bounds))
    grams = [columns[low:high].T @ (information[low:high, None] * columns[low:high]) for low, high in parts]
    rights = [columns[low:high].T @ right[low:high] for low, high in parts]

    def summed(values, used, half):
        total = np.zeros_like(values[0])
        for at in range(used):
            total = 0.5 ** (spans[at] / half) * total + values[at]
        return total

    first = starts[tests[0] - 1]
    tested = np.arange(first, len(level))
    outputs, loss = {}, np.zeros(len(WEIGHTS_GRID))
    for test in tests:
        low, high = starts[test - 1], starts[test]
        solved = np.stack(
            [
                np.linalg.solve(
                    summed(grams, test, half) + np.diag([min(ridge, OFF)] * width + [SLOPE_RIDGE, 1e-9]),
                    summed(rights, test, half),
                )
                for half, ridge in WEIGHTS_GRID
            ],
            axis=1,
        )
        z = columns[low:high] @ solved
        outputs[test] = (z, solved)
        loss += (np.logaddexp(0, z) - label[low:high, None] * z).sum(axis=0)
    best = int(np.argmin(loss))
    chosen = WEIGHTS_GRID[best]
    shared = np.concatenate([outputs[test][0][:, best] for test in tests])

    by_symbol = []
    for low, high in parts:
        own = np.zeros((width + 4, symbols))
        for at, values in enumerate((right[low:high], information[low:high])):
            own[at] = np.bincount(symbol[low:high], values, symbols)
        for at in range(columns.shape[1]):
            own[2 + at] = np.bincount(symbol[low:high], information[low:high] * columns[low:high, at], symbols)
        by_symbol.append(own)
    loss, shifted = np.zeros(len(SHRINKAGES)), np.empty((len(tested), len(SHRINKAGES)))
    for test in tests:
        low, high = starts[test - 1] - first, starts[test] - first
        sums = summed(by_symbol, test, chosen[0])
        gain = sums[0] - outputs[test][1][:, best] @ sums[2:]
        shifts = np.stack([gain / (sums[1] + min(one, OFF)) for one in SHRINKAGES], axis=1)
        shifted[low:high] = shared[low:high, None] + shifts[symbol[low + first : high + first]]
        z = shifted[low:high]
        loss += (np.logaddexp(0, z) - label[low + first : high + first, None] * z).sum(axis=0)
    best = int(np.argmin(loss))
    return chosen, SHRINKAGES[best], shifted[:, best]
