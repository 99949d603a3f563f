"""Everything that the cohorts of one arm share: features, labels, outcomes, targets, and the sums of the rank head."""

import os
import warnings
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

import basis
from bars import COLUMNS, Compact
from columns import Exposures, centred_ranks, sectors_of
from features import LOOKBACK, MARKET_LOOKBACK, Own, log, market_features, probability_features, rank_features, ratio
from sharing import stored

ARMS = ("real", "placebo")
HORIZONS = (1, 5, 10, 20)
# Of the placebo: the normal quantile that 30 % of draws lie above, and shares as of daily bars.
QUANTILE, OVERNIGHT, SHADOWS = 0.5244, 0.3, 0.8


@dataclass
class Arm:
    """Matrices are [dates x symbols (x columns)]; those of features are memory-mapped, so that processes share them."""

    name: str
    feature_names: list
    features: np.ndarray
    relative: np.ndarray
    complete: np.ndarray
    rank_names: list
    ranks: np.ndarray
    ranked: np.ndarray
    state: np.ndarray
    label: np.ndarray
    forward_return: np.ndarray
    scale: np.ndarray
    returns: np.ndarray
    entry: np.ndarray
    targets: np.ndarray
    permutation: np.ndarray
    exposures: Exposures
    exposure_values: dict
    factors: dict
    grams: dict


class Builder:
    def __init__(self, market, task):
        self.market, self.task = market, task

    def __call__(self, name):
        with warnings.catch_warnings():
            # Means of dates without a value are unknown.
            warnings.simplefilter("ignore", RuntimeWarning)
            return stored(build(name, self.market, self.task), self.task["out"], name)


def build(name, market, task):
    compact = Compact(market.present)
    if name == "placebo":
        market = placebo(market, compact, task)
    shape = market.close.shape
    own = Own(market, compact, task["horizon"], task["threshold"])
    sectors = sectors_of(market.sector)

    def scratch(what, columns):
        path = os.path.join(task["out"], f"{name}-{what}.npy")
        return np.lib.format.open_memmap(path, "w+", np.float32, (*shape, columns))

    features = scratch("features", 34)
    names = []
    for feature, values in probability_features(own):
        features[:, :, len(names)] = compact.to_dates(values)
        names.append(feature)
    for feature, values in market_features(own, lambda wanted: features[:, :, names.index(wanted)], own.unit):
        features[:, :, len(names)] = values
        names.append(feature)
    age = np.cumsum(market.present, axis=0)
    complete = np.isfinite(features).all(axis=2) & market.present & (age >= LOOKBACK)
    complete[: MARKET_LOOKBACK - 1] = False
    columns = [at for at, feature in enumerate(names) if not feature.startswith("market_")]
    relative = scratch("relative", len(columns))
    weight = complete[:, :, None].astype(np.float32)
    for at, column in enumerate(columns):
        values = features[:, :, column]
        mean = (np.where(complete, values, 0).sum(axis=1) / np.maximum(1, complete.sum(axis=1)))[:, None]
        relative[:, :, at] = values - mean
    del weight

    raw, exposure_values, factors, state = rank_features(own, compact.to_dates, sectors)
    ranks = scratch("ranks", len(raw))
    for at, values in enumerate(raw.values()):
        ranks[:, :, at] = centred_ranks(values.astype(np.float32))
    exposures = Exposures(list(exposure_values.values()), sectors)
    exposure_values = {key: values.astype(np.float32) for key, values in exposure_values.items()}
    factors = {key: values.astype(np.float32) for key, values in factors.items()}

    outcome = labels(market, compact, task)
    targets = np.stack([exposures.neutral_ranks(outcome["returns"][:, :, at]) for at in range(len(HORIZONS))], axis=2)
    permutation = permuted(np.isfinite(targets).all(axis=2), task["seed"])
    grams = basis.date_sums(ranks, state, list(raw), targets, permutation, exposures, market.present)
    return Arm(
        name=name, feature_names=names, features=features, relative=relative, complete=complete, rank_names=list(raw),
        ranks=ranks, ranked=market.present, state=state, targets=targets, permutation=permutation, exposures=exposures,
        exposure_values=exposure_values, factors=factors, grams=grams, **outcome,
    )  # fmt: skip


def labels(market, compact, task):
    """Labels, realized ranges and outcomes from the next open; unknown where a session of entry or end is missing."""
    horizon, threshold = task["horizon"], task["threshold"]
    shape = market.close.shape
    entry = np.full(shape, np.nan)
    entry[:-1] = market.open[1:]
    returns = np.full((*shape, len(HORIZONS)), np.nan)
    for at, bars in enumerate(HORIZONS):
        returns[:-bars, :, at] = ratio(market.close[bars:], entry[:-bars]) - 1
    forward = np.full(shape, np.nan)
    forward[:-horizon] = ratio(market.close[horizon:], entry[:-horizon]) - 1
    own = compact.of(market.close)
    moves = np.full(own.shape, np.nan)
    moves[1:] = np.square(np.diff(np.log(own), axis=0))
    moves = np.nan_to_num(compact.to_dates(moves))
    squares = np.full(shape, np.nan)
    total = np.vstack([np.zeros((1, shape[1])), np.cumsum(moves, axis=0)])
    squares[:-horizon] = total[horizon + 1 :][: shape[0] - horizon] - total[2:][: shape[0] - horizon]
    first = np.full(shape, np.nan)
    first[:-1] = np.square(log(ratio(market.close[1:], entry[:-1])))
    scale = log(np.maximum(np.sqrt(first + squares) / abs(threshold), 0.05))
    known = np.isfinite(forward) & market.present
    return {
        "label": np.where(known, forward > threshold, np.nan).astype(np.float32),
        "forward_return": np.where(known, forward, np.nan),
        "scale": np.where(known, scale, np.nan).astype(np.float32),
        "returns": np.where(market.present[:, :, None], returns, np.nan).astype(np.float32),
        "entry": entry,
    }


def placebo(market, compact, task):
    """Bars whose past says nothing of their future: normal returns of one volatility for all symbols, and volumes and
    shadows of bars that are drawn from the symbol's own up to then."""
    random = np.random.default_rng([task["seed"], 1])
    o, h, l, c, v = (compact.of(getattr(market, name)) for name in COLUMNS)
    shape = c.shape
    held = task["horizon"] - OVERNIGHT
    deviation = abs(task["threshold"]) / (QUANTILE * np.sqrt(held))
    score, apart = random.standard_normal(shape), random.standard_normal(shape)
    # The drawn bar's return has the rank of the draw, as far as bars up to then are concerned.
    bars = np.arange(shape[0])[:, None]
    source = np.minimum(1 + (norm.cdf(random.standard_normal(shape)) * np.maximum(bars, 1)).astype(int), bars)
    moves = deviation * score
    moves[0] = 0
    closes = c[:1] * np.exp(np.cumsum(moves, axis=0))
    before = np.vstack([c[:1], closes[:-1]])
    gap = OVERNIGHT * moves + deviation * np.sqrt(OVERNIGHT * (1 - OVERNIGHT)) * apart
    opens = before * np.exp(gap)
    opens[0] = o[0]
    above = np.maximum(0, np.log(h / np.maximum(o, c)))
    below = np.maximum(0, np.log(np.minimum(o, c) / l))
    shadow = np.nan_to_num(above + below)
    mean = np.cumsum(shadow, axis=0) / np.maximum(1, bars)
    factor = np.divide(SHADOWS * deviation, mean, out=np.zeros(shape), where=mean > 0)
    drawn = {
        "open": opens,
        "close": closes,
        "high": np.maximum(opens, closes) * np.exp(factor * np.take_along_axis(above, source, axis=0)),
        "low": np.minimum(opens, closes) * np.exp(-factor * np.take_along_axis(below, source, axis=0)),
        "volume": np.take_along_axis(v, source, axis=0),
    }
    return market.with_bars({name: compact.to_dates(values) for name, values in drawn.items()})


def permuted(known, seed):
    """For each row the symbol whose targets it gets: among the known ones of its date."""
    random = np.random.default_rng([seed, 2])
    out = np.tile(np.arange(known.shape[1]), (known.shape[0], 1))
    for date in range(len(known)):
        own = np.flatnonzero(known[date])
        out[date, own] = random.permutation(own)
    return out
