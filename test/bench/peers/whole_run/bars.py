"""Bars of all symbols as matrices [dates x symbols], read once, hashed, checked and adjusted."""

import hashlib
import os
from dataclasses import dataclass, field

import numpy as np
import polars as pl

COLUMNS = ("open", "high", "low", "close", "volume")
# A move that has to be an error or an action that nobody has listed.
JUMP = 0.35
# Closes without a change for so many bars.
IDLE = 5
# A day is a session where this share of the symbols has a bar.
SESSION_SHARE = 0.5


@dataclass
class Market:
    dates: np.ndarray
    symbols: list
    sector: np.ndarray
    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray
    checks: dict = field(default_factory=dict)
    digests: dict = field(default_factory=dict)

    @property
    def present(self):
        return np.isfinite(self.close)

    def with_bars(self, values):
        return Market(self.dates, self.symbols, self.sector, *[values[name] for name in COLUMNS])


def read_market(task):
    folder = task["bars"]
    members = [one for one in task["symbols"] if os.path.exists(os.path.join(folder, f"{one['symbol']}.csv"))]
    frames, digests = [], {}
    for at, member in enumerate(members):
        with open(os.path.join(folder, f"{member['symbol']}.csv"), "rb") as file:
            text = file.read()
        digests[member["symbol"]] = hashlib.sha256(text).hexdigest()
        frame = pl.read_csv(text, schema={"timestamp": pl.String, **{name: pl.Float64 for name in COLUMNS}})
        frames.append(frame.with_columns(pl.lit(at, pl.Int32).alias("symbol")))
    table = pl.concat(frames)
    # Whatever comes after the date is the time of a daily bar: it has none.
    table = table.with_columns(pl.col("timestamp").str.slice(0, 10).str.to_date("%Y-%m-%d"))
    count = table.height
    table = table.unique(["symbol", "timestamp"], keep="last", maintain_order=True)
    doubles = count - table.height

    days = table["timestamp"].to_numpy().astype("datetime64[D]")
    # What comes later does not even resolve a label.
    inside = days < np.datetime64(task["to"])
    table, days = table.filter(inside), days[inside]
    dates, date = np.unique(days, return_inverse=True)
    symbol = table["symbol"].to_numpy()
    values = {}
    for name in COLUMNS:
        values[name] = np.full((len(dates), len(members)), np.nan)
        values[name][date, symbol] = table[name].to_numpy()
    impossible = reject_impossible(values)
    sessions = np.isfinite(values["close"]).sum(axis=1) >= SESSION_SHARE * listed(values["close"])
    strays = int(np.isfinite(values["close"][~sessions]).sum())
    values = {name: of[sessions] for name, of in values.items()}
    dates = dates[sessions]

    industries = sorted({member.get("industry") or "" for member in members})
    sector = np.array([industries.index(member.get("industry") or "") for member in members])
    market = Market(dates, [member["symbol"] for member in members], sector, *[values[n] for n in COLUMNS])
    applied = adjust(market, folder)
    market.checks = {"doubles": doubles, "impossible": impossible, "strays": strays, "actions": applied, **judge(market)}
    market.digests = digests
    return market


def listed(close):
    """Symbols that are traded on each date: from their first bar to their last."""
    known = np.isfinite(close)
    return (np.maximum.accumulate(known, axis=0) & np.maximum.accumulate(known[::-1], axis=0)[::-1]).sum(axis=1)


def reject_impossible(values):
    """Bars with prices that cannot be are no bars."""
    o, h, l, c, v = (values[name] for name in COLUMNS)
    with np.errstate(invalid="ignore"):
        wrong = (np.minimum(np.minimum(o, l), c) <= 0) | (h < np.maximum(o, c)) | (l > np.minimum(o, c)) | (v < 0)
    for name in COLUMNS:
        values[name][wrong] = np.nan
    return int(wrong.sum())


def adjust(market, folder):
    """Divides prices before each listed action that the bars show by its factor."""
    path = os.path.join(folder, "corporate_actions.csv")
    if not os.path.exists(path):
        return 0
    applied = 0
    for row in pl.read_csv(path, infer_schema_length=0).iter_rows(named=True):
        if row["symbol"] not in market.symbols or row["kind"] == "none":
            continue
        at, factor = market.symbols.index(row["symbol"]), float(row["price_factor"])
        first = int(np.searchsorted(market.dates, np.datetime64(row["ex_date"])))
        before = np.flatnonzero(np.isfinite(market.close[:first, at]))
        after = np.flatnonzero(np.isfinite(market.open[first:, at]))
        if len(before) == 0 or len(after) == 0:
            continue
        step = np.log(market.close[before[-1], at] / market.open[first + after[0], at])
        if abs(step - np.log(factor)) > abs(step):
            continue
        for name in ("open", "high", "low", "close"):
            getattr(market, name)[:first, at] /= factor
        market.volume[:first, at] *= factor
        applied += 1
    return applied


def judge(market):
    """What is doubtful about the bars."""
    compact = Compact(market.present)
    close = compact.of(market.close)
    with np.errstate(invalid="ignore"):
        change = np.diff(np.log(close), axis=0)
        idle = np.lib.stride_tricks.sliding_window_view(change == 0, IDLE, axis=0).all(axis=-1)
    missing = listed_gaps(market.present)
    return {
        "bars": int(market.present.sum()),
        "jumps": int((np.abs(change) > JUMP).sum()),
        "idle": int(idle.sum()),
        "withoutVolume": int((market.volume == 0).sum()),
        "missingSessions": {market.symbols[at]: int(missing[at]) for at in np.flatnonzero(missing)},
    }


def listed_gaps(present):
    first = np.argmax(present, axis=0)
    last = len(present) - 1 - np.argmax(present[::-1], axis=0)
    return np.where(present.any(axis=0), last - first + 1 - present.sum(axis=0), 0)


class Compact:
    """A symbol's own bars without the sessions that it missed: what looks back does so over these."""

    def __init__(self, present):
        self.present = present
        self.order = np.argsort(~present, axis=0, kind="stable")
        self.absent = np.arange(len(present))[:, None] >= present.sum(axis=0)[None, :]

    def of(self, values):
        own = np.take_along_axis(values, self.order, axis=0)
        own[self.absent] = np.nan
        return own

    def to_dates(self, own):
        values = np.empty(own.shape, own.dtype)
        np.put_along_axis(values, self.order, own, axis=0)
        values[~self.present] = np.nan
        return values
