"""Bars and the fifteen classical indicators that both LightGBM peers learn from, and their targets. Needs numpy alone."""

import numpy as np

# The label: up more than the threshold, this many bars after the entry at the next open.
HORIZON = 5
THRESHOLD = 0.02
# Bars held of the returns that the regressors predict, from the same entry.
RETURN_HORIZONS = (1, 5, 10, 20)
# The library's defaults, with an explicit number of trees; one thread, since more would slow down fits this small.
TREES = 100
PARAMS = {"objective": "binary", "verbosity": -1, "num_threads": 1}
RETURN_PARAMS = {**PARAMS, "objective": "regression"}


def read_bars(path):
    """Dates as text and columns open, high, low, close, volume of one stored series."""
    with open(path, encoding="utf-8") as file:
        rows = [line.split(",") for line in file.read().splitlines()[1:]]
    dates = np.array([row[0][:10] for row in rows])
    return dates, np.array([row[1:6] for row in rows], dtype=np.float64)


def moving_average(values, period):
    out = np.full(len(values), np.nan)
    if len(values) >= period:
        sums = np.cumsum(np.insert(values, 0, 0.0))
        out[period - 1 :] = (sums[period:] - sums[:-period]) / period
    return out


def rolling_deviation(values, period):
    out = np.full(len(values), np.nan)
    if len(values) >= period:
        out[period - 1 :] = np.lib.stride_tricks.sliding_window_view(values, period).std(axis=1)
    return out


def exponential(values, alpha):
    out = []
    last = float(values[0])
    for value in values.tolist():
        last += alpha * (value - last)
        out.append(last)
    return np.array(out)


def rolling_extreme(values, period, extreme):
    out = np.full(len(values), np.nan)
    if len(values) >= period:
        out[period - 1 :] = extreme(np.lib.stride_tricks.sliding_window_view(values, period), axis=1)
    return out


def indicators(bars):
    """Fifteen columns, NaN during the warm-up of an indicator."""
    _, high, low, close, volume = bars.T
    previous = np.insert(close[:-1], 0, close[0])
    change = close - previous
    gain = exponential(np.maximum(change, 0), 1 / 14)
    loss = exponential(np.maximum(-change, 0), 1 / 14)
    true_range = np.maximum(high - low, np.maximum(abs(high - previous), abs(low - previous)))
    macd = exponential(close, 2 / 13) - exponential(close, 2 / 27)
    middle, width = moving_average(close, 20), 2 * rolling_deviation(close, 20)
    lowest, highest = rolling_extreme(low, 14, np.min), rolling_extreme(high, 14, np.max)
    span = np.where(highest > lowest, highest - lowest, np.nan)

    def back(period):
        return close / np.concatenate([np.full(period, np.nan), close[:-period]]) - 1

    columns = [
        back(1),
        back(5),
        back(10),
        moving_average(close, 5),
        moving_average(close, 10),
        middle,
        exponential(close, 2 / 13),
        exponential(close, 2 / 27),
        macd,
        exponential(macd, 2 / 10),
        100 * gain / np.maximum(gain + loss, 1e-12),
        middle + width,
        middle - width,
        exponential(true_range, 1 / 14),
        (close - lowest) / span,
    ]
    return np.stack(columns, axis=1)


def returns(bars, horizon):
    """From the next bar's open to the close `horizon` bars ahead; the last `horizon` rows have none."""
    return bars[horizon:, 3] / bars[1 : len(bars) - horizon + 1, 0] - 1


def labels(bars):
    """1 where the return over HORIZON bars is above THRESHOLD; the last rows have none."""
    return (returns(bars, HORIZON) > THRESHOLD).astype(np.int32)
