"""Makes golden.json: rows of a made-up market, and what numpy, scipy and pandas say of a score on them.

Run by hand, in a virtual environment, when a formula is added:
    pip install numpy==2.4.6 scipy==1.17.1 pandas==3.1.1
    python make.py

Nothing here is taken from the program: the recipe is that of docs/reference/figures.md. Dates are consecutive bars of
one market, symbols enter at the open of the next bar. The score has ties; some returns, exposures and whole rows are
missing.
"""

import json
import pathlib

import numpy as np
import pandas as pd
import scipy
from scipy import stats

rng = np.random.default_rng(20261126)
DATES, SYMBOLS, AFTER = 36, 31, 21
HORIZONS = [1, 5, 10, 20]
dates = pd.bdate_range("2024-08-19", periods=DATES + AFTER).strftime("%Y-%m-%d").tolist()
symbols = [f"S{i:02d}" for i in range(SYMBOLS)]
# Sectors of 9, 8, 7, 3, 2, 1 symbols and one that is unknown: those of fewer than three are one.
sector = ["BANKS"] * 9 + ["IT"] * 8 + ["METALS"] * 7 + ["AUTO"] * 3 + ["POWER"] * 2 + ["MEDIA"] + [None]

overnight = rng.normal(0.0003, 0.008, (DATES + AFTER, SYMBOLS))
intraday = rng.normal(0.0002, 0.015, (DATES + AFTER, SYMBOLS))
close = np.round(200 * np.exp(np.cumsum(overnight + intraday, axis=0)), 2)
previous = np.vstack([np.full(SYMBOLS, 200.0), close[:-1]])
opened = np.round(previous * np.exp(overnight), 2)

volatility = np.round(0.012 + 0.01 * rng.random((DATES, SYMBOLS)), 5)
beta = np.round(rng.normal(1, 0.3, (DATES, SYMBOLS)), 3)
traded = np.round(np.exp(rng.normal(20, 1, (DATES, SYMBOLS))))
volatility[rng.random(volatility.shape) < 0.03] = np.nan

rows = []
for t in range(DATES):
    for s in range(SYMBOLS):
        # A few rows are missing, and on one date most of them, so that there are too few for a neutral figure.
        if rng.random() < (0.5 if t == 20 else 0.02):
            continue
        entry = opened[t + 1, s]
        returns = [close[t + h, s] / entry - 1 if t + h < DATES + 12 else np.nan for h in HORIZONS]
        if rng.random() < 0.02:
            returns[1] = np.nan
        score = round(0.1 * rng.normal() + 2 * (close[t + 5, s] / entry - 1) + 20 * np.nan_to_num(volatility[t, s]), 2)
        rows.append([t, s, score, round(entry, 2), *[None if np.isnan(r) else round(r, 8) for r in returns]])
frame = pd.DataFrame(rows, columns=["t", "s", "score", "entry", *[f"r{h}" for h in HORIZONS]]).astype(float)
frame["volatility"] = [volatility[int(t), int(s)] for t, s in zip(frame.t, frame.s)]
frame["beta"] = [beta[int(t), int(s)] for t, s in zip(frame.t, frame.s)]
frame["traded"] = [traded[int(t), int(s)] for t, s in zip(frame.t, frame.s)]
frame["sector"] = [sector[int(s)] for s in frame.s]


def centred(values):
    """(less - greater) / 2n; 0 where unknown."""
    known = values.notna()
    ranks = values.rank(method="average")
    return ((ranks - (known.sum() + 1) / 2) / known.sum()).where(known, 0.0)


def residual(day, column):
    counts = day.sector.value_counts()
    named = day.sector.where(day.sector.map(counts).fillna(0) >= 3, "other").fillna("other")
    design = np.column_stack(
        [pd.get_dummies(named).to_numpy(float), *(centred(day[c]) for c in ("volatility", "beta", "traded"))]
    )
    target = centred(day[column]).to_numpy()
    return target - design @ np.linalg.lstsq(design, target, rcond=None)[0]


def spearman(a, b):
    return float(stats.spearmanr(a, b).statistic)


def daily(measure):
    return [measure(frame[frame.t == t]) for t in range(DATES)]


def raw_ic(h):
    def measure(day):
        known = day[day[f"r{h}"].notna()]
        return spearman(known.score, known[f"r{h}"]) if len(known) >= 5 else None

    return measure


def neutral_ic(h):
    def measure(day):
        known = day[day[f"r{h}"].notna()]
        return spearman(np.round(residual(known, "score"), 12), np.round(residual(known, f"r{h}"), 12)) if len(known) >= 25 else None

    return measure


def sector_ic(name, h):
    def measure(day):
        known = day[day[f"r{h}"].notna() & (day.sector == name)]
        return spearman(known.score, known[f"r{h}"]) if len(known) >= 5 else None

    values = [value for value in daily(measure) if value is not None]
    return {"days": len(values), "mean": float(np.mean(values))}


def exposure(column):
    def measure(day):
        known = day[day[column].notna()]
        return spearman(known.score, known[column])

    return daily(measure)


def between_sectors(day):
    known = day[day.sector.notna()].copy()
    known["rank"] = centred(known.score)
    total = ((known["rank"] - known["rank"].mean()) ** 2).sum()
    between = sum(len(g) * (g["rank"].mean() - known["rank"].mean()) ** 2 for _, g in known.groupby("sector"))
    return float(between / total)


def lagged(bars, measure):
    out = []
    for t in range(bars, DATES):
        both = frame[frame.t == t].merge(frame[frame.t == t - bars], on="s", suffixes=("", "_before"))
        out.append(measure(both))
    return out


def turnover(both):
    count = int(np.ceil(len(both) * 0.1))
    top = set(both.sort_values(["score", "s"], ascending=[False, True]).s[:count])
    before = set(both.sort_values(["score_before", "s"], ascending=[False, True]).s[:count])
    return len(top - before) / count


def strategy(bars):
    """Top fifth of each date with a known return, from entry to the entry `bars` bars later, else to the last known close."""
    indexed = frame.set_index(["t", "s"])

    def holding(row):
        t, s = int(row.t), int(row.s)
        path = [(t + step, s) in indexed.index for step in range(bars + 1)]
        if all(path):
            return indexed.loc[(t + bars, s)].entry / row.entry - 1
        known = [row[f"r{h}"] for h in HORIZONS if h <= bars and not np.isnan(row[f"r{h}"])]
        return known[-1] if known else np.nan

    held, out = [], []
    for t in range(DATES):
        day = frame[frame.t == t].copy()
        day["held"] = [holding(row) for row in day.itertuples(index=False) for row in [pd.Series(row._asdict())]]
        day = day[day.held.notna()].sort_values(["score", "s"], ascending=[False, True])
        count = int(np.ceil(len(day) * 0.2))
        top, bottom = day[:count], day.sort_values(["score", "s"], ascending=[True, False])[:count]
        names = {s: 1 / count for s in top.s}
        old = held[len(held) - bars] if len(held) >= bars else {}
        moved = sum(abs(names.get(s, 0) - old.get(s, 0)) for s in set(names) | set(old)) / 2 if old else 1.0
        held.append(names)
        out.append(
            {
                "gross": float(top.held.mean()),
                "equal_weight": float(day.held.mean()),
                "turnover": float(moved),
                "long_short": float(top.held.mean() - bottom.held.mean()),
                "capacity": float(0.05 * top.traded.min() * count * bars),
            }
        )
    return {key: [row[key] for row in out] for key in out[0]}


golden = {
    "made_with": {"numpy": np.__version__, "scipy": scipy.__version__, "pandas": pd.__version__},
    "dates": dates,
    "symbols": symbols,
    "sector": sector,
    "columns": ["t", "s", "score", "entry", *[f"r{h}" for h in HORIZONS], "volatility", "beta", "traded"],
    "rows": [
        [None if value is None or np.isnan(value) else (int(value) if i < 2 else float(value)) for i, value in enumerate(row)]
        for row in frame.drop(columns="sector").to_numpy()
    ],
    "raw": {str(h): daily(raw_ic(h)) for h in HORIZONS},
    "neutral": {str(h): daily(neutral_ic(h)) for h in HORIZONS},
    "by_sector": {name: sector_ic(name, 5) for name in ("BANKS", "IT", "METALS")},
    "exposure": {column: exposure(column) for column in ("volatility", "beta", "traded")},
    "between_sectors": daily(between_sectors),
    "autocorrelation": {str(b): lagged(b, lambda both: spearman(both.score, both.score_before)) for b in (1, 5)},
    "turnover": {str(b): lagged(b, turnover) for b in (1, 5)},
    "strategy": {str(b): strategy(b) for b in (5, 10)},
}

target = pathlib.Path(__file__).with_name("golden.json")
target.write_text(json.dumps(golden) + "\n", encoding="utf-8")
