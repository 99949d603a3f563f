"""The columns of the rank head, and the sums over each date from which all of its fits follow."""

import numpy as np

from columns import CHUNK

REVERSALS = ("sector_residual_1", "sector_residual_3", "sector_residual_5", "overnight_1", "intraday_1")
CONDITIONS = ("volume_1_20", "turnover_5_60", "idiosyncratic_volatility_60", "amihud_20", "distance_high_252")
BENT = (
    *("sector_residual_1", "sector_residual_3", "sector_residual_5", "market_residual_1", "market_residual_5"),
    *("market_residual_20", "overnight_1", "intraday_1", "momentum_12_1", "volume_1_20"),
)
TAIL = 0.3
# Each gives a term the variance of a centred rank.
PRODUCT, SIZE, TAIL_FACTOR = np.sqrt(12), 2.0, np.sqrt(1 / 12 / (2 / 3 * 0.008))


def terms(ranks, state, names):
    """Ranks themselves, products of short-term returns with conditions and the market's state, sizes and tails.

    @param ranks [... x ranks] @param state [... x 2]
    """
    column = names.index
    back = ranks[..., [column(name) for name in REVERSALS]]
    by = ranks[..., [column(name) for name in CONDITIONS]]
    bent = ranks[..., [column(name) for name in BENT]]
    size = np.where(bent == 0, 0, SIZE * (np.abs(bent) - 0.25))
    tail = TAIL_FACTOR * np.sign(bent) * np.maximum(0, np.abs(bent) - TAIL)
    products = (PRODUCT * back[..., :, None] * by[..., None, :]).reshape(*ranks.shape[:-1], -1)
    states = (back[..., :, None] * state[..., None, :]).reshape(*ranks.shape[:-1], -1)
    return np.concatenate([ranks, products, states, size, tail], axis=-1, dtype=np.float32)


def date_sums(ranks, state, names, targets, permutation, exposures, present):
    """By date: the gram of the terms without what the exposures explain, and their products with the targets.

    Every fit, whatever its cohort, fold or half-life, is a weighted sum of these; so is how well it ranks a date.
    """
    dates, _, width = *ranks.shape[:2], len(names)
    wide = terms(ranks[:1, :1], state[:1, None], names).shape[-1]
    known = np.isfinite(targets).all(axis=2) & present
    near = np.isfinite(targets[:, :, :2]).all(axis=2) & present
    out = {
        "gram": np.zeros((dates, wide, wide), np.float32),
        "right": np.zeros((dates, wide, targets.shape[2]), np.float32),
        "permuted": np.zeros((dates, wide, targets.shape[2]), np.float32),
        "squares": np.zeros((dates, targets.shape[2])),
        "rows": known.sum(axis=1),
        "linear": width,
    }
    for low in range(0, dates, CHUNK):
        part = slice(low, min(dates, low + CHUNK))
        design = terms(ranks[part], state[part][:, None, :].repeat(ranks.shape[1], axis=1), names)
        design[~near[part]] = np.nan
        design = np.nan_to_num(exposures.residuals(design, low))
        design[~known[part]] = 0
        across = design.transpose(0, 2, 1)
        own = np.where(known[part][:, :, None], targets[part], 0).astype(np.float32)
        out["gram"][part] = across @ design
        out["right"][part] = across @ own
        out["permuted"][part] = across @ np.take_along_axis(own, permutation[part][:, :, None], axis=1)
        out["squares"][part] = np.square(own).sum(axis=1)
    return out
