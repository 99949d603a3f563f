"""Makes golden.json: indicator figures of TA-Lib on invented bars.

    python3 -m venv /tmp/talib && /tmp/talib/bin/pip install TA-Lib==0.8.2 numpy==2.4.6
    /tmp/talib/bin/python test/golden/indicators/make.py

The bars are a random walk with calm, wild, trending and flat stretches; nothing of them is real.
"""

import json
import pathlib

import numpy as np
import talib

BARS = 320


def bars(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    volatility = np.repeat([0.008, 0.035, 0.015, 0.05], BARS // 4)
    drift = np.repeat([0.0, 0.004, -0.006, 0.0], BARS // 4)
    close = np.round(800 * np.exp(np.cumsum(drift + volatility * rng.standard_normal(BARS))), 2)
    # A strictly rising and a quite flat stretch: no losses, then no movement at all.
    close[100:120] = np.round(close[99] * 1.01 ** np.arange(1, 21), 2)
    close[200:206] = close[199]
    open_ = np.round(np.concatenate(([close[0]], close[:-1])) * (1 + 0.004 * rng.standard_normal(BARS)), 2)
    high = np.round(np.maximum(open_, close) * (1 + 0.006 * rng.random(BARS)), 2)
    low = np.round(np.minimum(open_, close) * (1 - 0.006 * rng.random(BARS)), 2)
    for column in (open_, high, low):
        column[200:206] = close[199]
    return {"high": high, "low": low, "close": close}


def figures(high: np.ndarray, low: np.ndarray, close: np.ndarray) -> dict[str, np.ndarray]:
    line, signal, _ = talib.MACD(close, 12, 26, 9)
    upper, middle, lower = talib.BBANDS(close, 20, 2, 2)
    fast_k, _ = talib.STOCHF(high, low, close, 20, 1)
    return {
        "sma10": talib.SMA(close, 10),
        "sma50": talib.SMA(close, 50),
        "ema10": talib.EMA(close, 10),
        "ema20": talib.EMA(close, 20),
        "ema50": talib.EMA(close, 50),
        "stddev20": talib.STDDEV(close, 20),
        "rsi7": talib.RSI(close, 7),
        "rsi14": talib.RSI(close, 14),
        "macd": line,
        "macd_signal": signal,
        "atr14": talib.ATR(high, low, close, 14),
        "adx14": talib.ADX(high, low, close, 14),
        "adx7": talib.ADX(high, low, close, 7),
        "bollinger_upper": upper,
        "bollinger_middle": middle,
        "bollinger_lower": lower,
        "stoch_fast_k20": fast_k,
    }


def listed(columns: dict[str, np.ndarray]) -> dict[str, list[float | None]]:
    return {name: [None if np.isnan(v) else float(v) for v in column] for name, column in columns.items()}


cases = [{"seed": seed, "bars": listed(b := bars(seed)), "figures": listed(figures(**b))} for seed in (1, 2)]
out = pathlib.Path(__file__).with_name("golden.json")
out.write_text(json.dumps({"talib": talib.__version__, "cases": cases}) + "\n")
