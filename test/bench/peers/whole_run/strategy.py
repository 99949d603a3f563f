"""What buying the top fifth by score would have earned after costs, in overlapping sleeves from entry to entry."""

import numpy as np

from arms import HORIZONS
from columns import MIN_RANKED

HELD, HOLDINGS, DEFAULT_HOLDING, FEWEST_DATES, YEAR = 0.2, (5, 10, 20), 10, 120, 252
# In basis points of the value traded, from a date on: brokerage, slippage and tax on delivery do not change.
BROKERAGE, SLIPPAGE, TAX, SEBI, GST = 3, 5, 10, 0.01, 0.18
EXCHANGE = (("1900-01-01", 0.325), ("2021-01-01", 0.345), ("2023-04-01", 0.335), ("2024-10-01", 0.297))
STAMP_BOTH, STAMP_BUY = (("1900-01-01", 1), ("2020-07-01", 0)), (("1900-01-01", 0), ("2020-07-01", 1.5))
FUTURES_TAX = (("1900-01-01", 1), ("2023-04-01", 1.25), ("2024-10-01", 2))
FUTURES_EXCHANGE, FUTURES_STAMP = (("1900-01-01", 0.19), ("2021-01-01", 0.2), ("2024-10-01", 0.173)), 0.2


def rate(table, dates):
    starts = np.array([np.datetime64(start) for start, _ in table])
    return np.array([value for _, value in table])[np.searchsorted(starts, dates, side="right") - 1]


def costs(dates):
    """Of buying and selling shares, and futures, as fractions."""
    fees = rate(EXCHANGE, dates) + SEBI
    both = BROKERAGE + SLIPPAGE + TAX + fees + GST * (fees + BROKERAGE) + rate(STAMP_BOTH, dates)
    future_fees = rate(FUTURES_EXCHANGE, dates) + SEBI
    future = BROKERAGE + SLIPPAGE + future_fees + GST * (future_fees + BROKERAGE)
    return (
        (both + rate(STAMP_BUY, dates)) / 1e4,
        both / 1e4,
        (future + FUTURES_STAMP) / 1e4,
        (future + rate(FUTURES_TAX, dates)) / 1e4,
    )


def holding_returns(arm, bars, dates):
    """From the entry of each date to the entry so many bars later; where it is unknown, to the last known close."""
    later = np.full((len(dates), arm.entry.shape[1]), np.nan)
    sold = dates + bars
    inside = sold < len(arm.entry)
    with np.errstate(invalid="ignore", divide="ignore"):
        later[inside] = arm.entry[sold[inside]] / arm.entry[dates[inside]] - 1
    for at in reversed([at for at, horizon in enumerate(HORIZONS) if horizon <= bars]):
        later = np.where(np.isfinite(later), later, arm.returns[dates, :, at])
    return later


def sleeves(arm, score, dates, bars, calendar):
    """By date: returns before and after costs, of all symbols alike, turnover; dates without enough symbols are none."""
    returns = holding_returns(arm, bars, dates)
    known = np.isfinite(score) & np.isfinite(returns)
    count = known.sum(axis=1)
    size = np.maximum(1, np.round(HELD * count)).astype(int)
    order = np.argsort(np.where(known, -score, np.inf), axis=1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(order.shape[1])[None, :].repeat(len(order), axis=0), axis=1)
    top = place < size[:, None]
    bottom = known & (place >= (count - size)[:, None])
    buy, sell, cover, short = costs(calendar[dates])

    def mean(mask):
        return np.where(mask, returns, 0).sum(axis=1) / np.maximum(1, mask.sum(axis=1))

    def replaced(held):
        out = np.ones(len(dates))
        kept = (held[bars:] & held[:-bars]).sum(axis=1)
        out[bars:] = 1 - kept / np.maximum(1, np.maximum(size[bars:], size[:-bars]))
        return out

    first = np.arange(len(dates)) < bars
    gross, turnover, shorted = mean(top), replaced(top), replaced(bottom)
    cost = turnover * (buy + np.where(first, 0, sell))
    spread = gross - mean(bottom)
    valid = count >= MIN_RANKED

    def or_unknown(values):
        return np.where(valid, values, np.nan)

    return {
        "gross": or_unknown(gross),
        "net": or_unknown(gross - cost),
        "equalWeight": or_unknown(mean(known)),
        "turnover": or_unknown(turnover),
        "longShort": or_unknown(spread),
        "longShortNet": or_unknown(spread - cost - shorted * (short + np.where(first, 0, cover))),
        "bars": np.full(len(dates), bars),
        "top": top,
    }


def choose_holding(arm, past, dates, calendar):
    """By the net return above equal weight on rows before the forward ones."""
    dates = dates[: max(0, len(dates) - max(HOLDINGS) - 1)]
    if len(dates) < FEWEST_DATES:
        return DEFAULT_HOLDING
    active = []
    for bars in HOLDINGS:
        path = sleeves(arm, past[: len(dates)], dates, bars, calendar)
        active.append(np.nanmean((path["net"] - path["equalWeight"]) / bars))
    return HOLDINGS[int(np.argmax(active))]


def run(arm, score, dates, holding, calendar):
    """@param holding Bars by date: those of its cohort."""
    paths = {bars: sleeves(arm, score, dates, bars, calendar) for bars in set(holding)}
    out = {}
    for name in next(iter(paths.values())):
        wide = name == "top"
        out[name] = np.select(
            [(holding == bars)[:, None] if wide else holding == bars for bars in paths], [path[name] for path in paths.values()]
        )
    return out


def return_figures(returns, bars):
    known = np.isfinite(returns)
    returns, bars = returns[known], bars[known]
    if len(returns) < 2:
        return None
    per_bar, per_root = returns / bars, returns / np.sqrt(bars)
    volatility = per_root.std(ddof=1) * np.sqrt(YEAR)
    losses = np.sqrt(np.mean(np.minimum(per_root, 0) ** 2) * YEAR)
    curve = equity(returns, bars)
    peak = np.maximum(1, np.maximum.accumulate(curve))
    return {
        "annualisedReturn": float(max(curve[-1], 0) ** (YEAR / len(returns)) - 1),
        "volatility": float(volatility),
        "sharpe": float(per_bar.mean() * YEAR / volatility) if volatility > 0 else None,
        "sortino": float(per_bar.mean() * YEAR / losses) if losses > 0 else None,
        "maxDrawdown": float((1 - curve / peak).max()),
    }


def equity(returns, bars):
    """Wealth of all sleeves together, from 1."""
    own, start, wealth, out = np.zeros(0), 0, 1.0, np.empty(len(returns))
    for at, value in enumerate(returns):
        count = int(bars[at])
        if count != len(own):
            own, start = np.full(count, wealth / count), at
        own[(at - start) % count] *= 1 + value
        wealth = own.sum()
        out[at] = wealth
    return out


def figures(path):
    bars = path["bars"]
    active = path["net"] - path["equalWeight"]
    yearly = {name: float(np.nanmean(path[name] / bars) * YEAR) for name in ("turnover", "longShort", "longShortNet")}
    return {
        "holdings": int(np.isfinite(path["net"]).sum()),
        **{name: return_figures(path[name], bars) for name in ("net", "gross", "equalWeight", "longShortNet")},
        "active": float(np.nanmean(active / bars) * YEAR),
        "costPerYear": float(np.nanmean((path["gross"] - path["net"]) / bars) * YEAR),
        "turnoverPerYear": yearly["turnover"],
        "longShort": {"grossPerYear": yearly["longShort"], "netPerYear": yearly["longShortNet"]},
    }
