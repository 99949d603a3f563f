"""Rolling figures down the columns of a matrix, ranks along its rows, and what exposures explain of them."""

import numpy as np
from scipy.ndimage import maximum_filter1d
from scipy.signal import lfilter

# Dates whose sections are worked on at once: they stay in the processor's cache.
CHUNK = 48
# Fewest symbols of a date that are ranked, and that are made neutral.
MIN_RANKED, MIN_NEUTRAL = 5, 25
# Fewest symbols of a sector.
MIN_SECTOR = 3


def rolling_sum(values, bars, first=0):
    """Unknown until there are enough values, of which those before `first` are none."""
    total = np.cumsum(np.nan_to_num(values), axis=0)
    out = total.copy()
    out[bars:] -= total[:-bars]
    out[: first + bars - 1] = np.nan
    return out


def rolling_mean(values, bars, first=0):
    return rolling_sum(values, bars, first) / bars


def rolling_moments(values, bars, first=0):
    mean = rolling_mean(values, bars, first)
    square = rolling_mean(np.square(values), bars, first) - np.square(mean)
    return mean, np.sqrt(np.maximum(square, 0))


def rolling_max(values, bars):
    out = maximum_filter1d(
        np.nan_to_num(values, nan=-np.inf), bars, axis=0, origin=(bars - 1) // 2, mode="constant", cval=-np.inf
    )
    out[: bars - 1] = np.nan
    return out


def rolling_min(values, bars):
    return -rolling_max(-values, bars)


def exponential(values, alpha):
    """An exponential average that begins with the first value."""
    values = np.nan_to_num(values)
    return lfilter([alpha], [1, alpha - 1], values, axis=0, zi=(1 - alpha) * values[:1])[0]


def change(values, bars):
    out = np.full(values.shape, np.nan)
    out[bars:] = values[bars:] - values[:-bars]
    return out


def centred_ranks(values, unknown=0.0):
    """(below - above) / 2n along each row; ties share their mean rank."""
    out = np.full(values.shape, unknown, np.float32)
    for low in range(0, len(values), CHUNK):
        part = values[low : low + CHUNK]
        known = np.isfinite(part)
        count = known.sum(axis=1, keepdims=True)
        order = np.argsort(part, axis=1)
        ordered = np.take_along_axis(part, order, axis=1)
        place = np.arange(part.shape[1])
        begins = np.ones(part.shape, bool)
        begins[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
        start = np.maximum.accumulate(np.where(begins, place, 0), axis=1)
        ends = np.ones(part.shape, bool)
        ends[:, :-1] = begins[:, 1:]
        end = np.minimum.accumulate(np.where(ends, place, part.shape[1])[:, ::-1], axis=1)[:, ::-1]
        with np.errstate(invalid="ignore", divide="ignore"):
            ranks = ((start + end + 1 - count) / (2 * count)).astype(np.float32)
        target = out[low : low + CHUNK]
        np.put_along_axis(target, order, ranks, axis=1)
        target[~known] = unknown
    return out


def sectors_of(sector):
    """Columns of ones; sectors of too few symbols are one."""
    counts = np.bincount(sector)
    merged = np.where(counts[sector] < MIN_SECTOR, -1, sector)
    return (merged[:, None] == np.unique(merged)[None, :]).astype(np.float32)


def sector_means(values, sectors):
    known = np.isfinite(values)
    total = np.nan_to_num(values) @ sectors
    count = known.astype(np.float64) @ sectors
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / count
        # Where a sector has as few symbols on a date, the market stands in for it.
        whole = np.nanmean(np.where(known, values, np.nan), axis=1, keepdims=True) if known.any() else np.nan
    return np.where(count < MIN_SECTOR, whole, mean) @ sectors.T


class Exposures:
    """The ranks of volatility, beta and traded value of each date, and its sectors."""

    def __init__(self, exposures, sectors):
        dates, symbols = exposures[0].shape
        self.design = np.empty((dates, symbols, len(exposures) + sectors.shape[1]), np.float32)
        for at, values in enumerate(exposures):
            self.design[:, :, at] = centred_ranks(values)
        self.design[:, :, len(exposures) :] = sectors

    def residuals(self, values, first=0):
        """What is left of values [dates x symbols (x columns)] of the dates from `first` on; NaN stays."""
        flat = values.ndim == 2
        values = values[:, :, None] if flat else values
        out = np.empty(values.shape, np.float32)
        for low in range(0, len(values), CHUNK):
            part = values[low : low + CHUNK].astype(np.float32)
            design = self.design[first + low : first + low + len(part)]
            known = np.isfinite(part[:, :, :1])
            masked = design * known
            gram = np.linalg.pinv((masked.transpose(0, 2, 1) @ masked).astype(np.float64), rcond=1e-6, hermitian=True)
            right = masked.transpose(0, 2, 1) @ np.where(known, part, 0)
            out[low : low + CHUNK] = np.where(known, part - design @ (gram @ right).astype(np.float32), np.nan)
        return out[:, :, 0] if flat else out

    def neutral_ranks(self, values, first=0):
        """Centred ranks of each date without what the exposures explain; unknown where there are too few symbols."""
        ranks = centred_ranks(values, np.nan)
        count = np.isfinite(ranks).sum(axis=1)[:, None]
        residuals = self.residuals(ranks, first)
        return np.where(count >= MIN_NEUTRAL, residuals, np.where(count >= MIN_RANKED, ranks, np.nan))


def correlations(a, b, fewest=MIN_RANKED):
    """Pearson's correlation of each row over the columns that both sides know."""
    known = np.isfinite(a) & np.isfinite(b)
    count = known.sum(axis=1)
    a, b = np.where(known, a, 0).astype(np.float64), np.where(known, b, 0).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        sa, sb = a.sum(axis=1), b.sum(axis=1)
        cov = (a * b).sum(axis=1) - sa * sb / count
        va, vb = np.square(a).sum(axis=1) - sa**2 / count, np.square(b).sum(axis=1) - sb**2 / count
        return np.where((count >= fewest) & (va > 1e-12) & (vb > 1e-12), cov / np.sqrt(va * vb), np.nan)
