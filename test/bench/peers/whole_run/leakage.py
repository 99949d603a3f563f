"""Whether a row knows what comes after it."""

import numpy as np

from bars import COLUMNS, Compact
from features import Own, probability_features

SAMPLE, DATES, EDGE = 20, 3, 1e-6


def check(market, built, plan, task):
    return {"truncation": truncation(market, built["real"], task), "overlaps": overlaps(plan, task)}


def truncation(market, arm, task):
    """Features of bars that end with a date are those of all bars: the largest difference, over a few dates and symbols."""
    random = np.random.default_rng([task["seed"], 7])
    symbols = np.sort(random.choice(len(market.symbols), min(SAMPLE, len(market.symbols)), replace=False))
    worst = 0.0
    for date in np.linspace(len(market.dates) // 2, len(market.dates) - 1, DATES).astype(int):
        part = market.with_bars({name: getattr(market, name)[: date + 1, symbols] for name in COLUMNS})
        part.dates = market.dates[: date + 1]
        compact = Compact(part.present)
        own = Own(part, compact, task["horizon"], task["threshold"])
        for at, (_, values) in enumerate(probability_features(own)):
            last, known = compact.to_dates(values)[-1], arm.features[date, symbols, at]
            both = np.isfinite(last) & np.isfinite(known)
            if both.any():
                worst = max(worst, float(np.abs(last[both] - known[both]).max()))
    return {"largestDifference": worst, "passed": worst < 1e-4}


def overlaps(plan, task):
    """Labels that reach into the part that is tested after them: none after purging."""
    horizon, found = task["horizon"], 0
    for cohort in plan:
        for trained_until, tested_from in ((cohort.validation - horizon, cohort.validation), (cohort.end - horizon, cohort.end)):
            found += max(0, trained_until - 1 + horizon - tested_from + 1)
    return {"labels": found, "passed": found == 0}
