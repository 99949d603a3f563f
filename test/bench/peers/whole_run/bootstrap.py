"""Circular block bootstrap by date (Politis and Romano, 1992): intervals, errors and p-values of figures of dates."""

import numpy as np

CONFIDENCE, FEWEST_BLOCKS, BLOCK = 0.95, 5, 10
AUC_BINS = 2048


def draws(dates, horizon, replicates, seed):
    """How often each replicate draws each date [replicates x dates]; none where there are too few dates."""
    block = max(BLOCK, 2 * horizon)
    if dates < FEWEST_BLOCKS * block:
        return np.zeros((0, dates), np.float32)
    count = -(-dates // block)
    starts = np.random.default_rng([seed, 6]).integers(0, dates, (replicates, count))
    drawn = ((starts[:, :, None] + np.arange(block)) % dates).reshape(replicates, -1)[:, :dates]
    flat = drawn + dates * np.arange(replicates)[:, None]
    return np.bincount(flat.ravel(), minlength=replicates * dates).reshape(replicates, dates).astype(np.float32)


def of_dates(values, weights):
    """Mean of a figure of dates, whole and by replicate; dates without one count as none."""
    known = np.isfinite(values)
    if not known.any():
        return None, np.full(len(weights), np.nan)
    own = np.where(known, values, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(own.sum() / known.sum()), weights @ own / (weights @ known)


class Auc:
    """AUC of all replicates from one matrix: how often a row of one date with label 1 beats one of another with label 0.

    Rows within one of 2,048 bins of the probability count as ties, which moves an AUC by less than a ten-thousandth.
    """

    def __init__(self, probability, label, date, dates, group):
        edges = np.quantile(probability, np.arange(1, AUC_BINS) / AUC_BINS)
        place = np.searchsorted(edges, probability) * dates + date
        ones, zeros = (
            np.bincount(place[label == value], minlength=AUC_BINS * dates).reshape(AUC_BINS, dates).astype(np.float32)
            for value in (1, 0)
        )
        below = np.cumsum(zeros, axis=0) - zeros / 2
        self.wins = ones.T @ below
        self.ones, self.zeros = ones.sum(axis=0), zeros.sum(axis=0)
        self.inside = (group[:, None] == group[None, :]).astype(np.float32)

    def replicates(self, weights, inside):
        mask = self.inside if inside else 1
        pairs = np.outer(self.ones, self.zeros) * mask
        with np.errstate(invalid="ignore", divide="ignore"):
            won, all_pairs = (((weights @ one) * weights).sum(axis=1) for one in (self.wins * mask, pairs))
            return won / all_pairs


def interval(replicates):
    known = replicates[np.isfinite(replicates)]
    if len(known) == 0 or len(known) < 0.9 * len(replicates):
        return None
    tail = (1 - CONFIDENCE) / 2
    return [float(value) for value in np.quantile(known, [tail, 1 - tail])]


def p_value(estimate, replicates):
    """Chance of as much above zero, where there is nothing (Efron and Tibshirani, 1993, 16.4)."""
    known = replicates[np.isfinite(replicates)]
    if estimate is None or len(known) == 0:
        return None
    return float((1 + np.sum(known - estimate >= estimate)) / (len(known) + 1))
