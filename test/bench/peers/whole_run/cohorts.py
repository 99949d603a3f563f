"""Cohorts of windows, and the blocks of their past by which things are chosen."""

from dataclasses import dataclass

import numpy as np

VALIDATION_SHARE = 0.25
SHORTEST_DAYS, FEWEST_BARS = 7, 40
MOST_BLOCKS, BLOCK_SESSIONS, FIRST_TRAINING = 10, 42, 2
THIN_ROWS = 20_000


@dataclass
class Cohort:
    """Places among the dates: of its start, its validation part, its end, and the end of its forward part."""

    name: str
    start: int
    validation: int
    end: int
    forward_end: int
    trainable: np.ndarray


def tiles(task):
    """Start and end of every planned window."""
    day, last, days = np.datetime64(task["from"]), np.datetime64(task["to"]), np.timedelta64(task["windowDays"], "D")
    while day < last:
        end = min(day + days, last)
        if end - day >= np.timedelta64(SHORTEST_DAYS, "D"):
            yield day, end
        day += days


def plan_cohorts(market, arm, task):
    """The cohorts with a window to train."""
    cohorts, horizon = [], task["horizon"]
    days = np.timedelta64(task["windowDays"], "D")
    known = arm.complete & np.isfinite(arm.label)
    for start, end in tiles(task):
        first, last, forward = (int(np.searchsorted(market.dates, day)) for day in (start, end, end + days))
        if last - first < 2:
            continue
        validation = last - max(1, round((last - first) * VALIDATION_SHARE))
        trainable = (
            (market.present[first:last].sum(axis=0) >= FEWEST_BARS)
            & known[first : validation - horizon].any(axis=0)
            & known[first : last - horizon].any(axis=0)
        )
        if trainable.any():
            cohorts.append(Cohort(f"{start}_to_{end}", first, validation, last, forward, trainable))
    return cohorts


def blocks(sessions, until):
    """Ends of the blocks of the sessions before a date; the first tested one, or none where the past is too short."""
    days = sessions[sessions < until]
    count = max(1, min(MOST_BLOCKS, len(days) // BLOCK_SESSIONS))
    bounds = [int(days[(at + 1) * len(days) // count]) for at in range(count - 1)] + [until]
    return bounds, range(FIRST_TRAINING, count) if count >= FIRST_TRAINING + 2 else range(0)


def spaced(date, symbol, count, horizon):
    """Which of many rows are kept: neighbouring labels say nearly the same."""
    spacing = int(np.clip(count // THIN_ROWS, 1, horizon))
    return (date + 7 * symbol) % spacing == 0


def thinned(dates, rows, most, least):
    """Of dates with so many rows about `most` rows, and at least `least` dates, spread by the golden ratio."""
    share = max(most / max(1, rows), least / max(1, len(dates)))
    return dates if share >= 1 else dates[(np.arange(len(dates)) * 0.6180339887498949) % 1 < share]


def clearly_better(by_date, standard):
    """The default unless another candidate is better by two standard errors. @param by_date [dates x candidates]"""
    by_date = by_date[np.isfinite(by_date).all(axis=1)]
    if len(by_date) < 2:
        return standard
    ahead = by_date - by_date[:, [standard]]
    error = ahead.std(axis=0, ddof=1) / np.sqrt(len(ahead))
    t = np.divide(ahead.mean(axis=0), error, out=np.zeros(len(error)), where=error > 0)
    return int(np.argmax(t)) if t.max() > 2 else standard
