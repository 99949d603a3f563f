"""Features of the probability, rank features and the state of the market, as docs/reference/features.md defines them."""

import numpy as np

from columns import (
    centred_ranks,
    change,
    exponential,
    rolling_max,
    rolling_mean,
    rolling_min,
    rolling_moments,
    rolling_sum,
    sector_means,
)

LOOKBACK, MARKET_LOOKBACK = 61, 64
RETURN_BOUNDS = {1: 0.25, 2: 0.35, 5: 0.5, 10: 0.7, 20: 1, 60: 1.5}
RESIDUAL_LAGS = (1, 2, 3, 5, 10, 20, 60, 120)
PART_LAGS = (1, 5, 20)
STATE_NAMES = ("market_volatility", "market_dispersion")
STATE_YEAR = 250


def ratio(a, b):
    with np.errstate(invalid="ignore", divide="ignore"):
        return a / b


def log(values):
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.log(values)


class Own:
    """What the features of one arm share: its bars without gaps."""

    def __init__(self, market, compact, horizon, threshold):
        self.compact = compact
        self.open, self.high, self.low, self.close, self.volume = (
            compact.of(values) for values in (market.open, market.high, market.low, market.close, market.volume)
        )
        self.unit = abs(threshold) / np.sqrt(horizon)
        self.log_close = log(self.close)
        self.log_volume = np.log1p(self.volume)
        self.returns = {lag: change(self.log_close, lag) for lag in (1, 2, 3, 5, 10, 20, 60, 120)}
        self.deviation = {bars: rolling_moments(self.returns[1], bars, 1)[1] for bars in (5, 20, 60)}

    def scale(self, deviation):
        return log(np.maximum(deviation, 1e-4) / self.unit)


def probability_features(own):
    """Name and values [bars x symbols] of those that come from a symbol's own bars."""
    o, h, l, c = own.open, own.high, own.low, own.close
    for lag, bound in RETURN_BOUNDS.items():
        yield f"return_{lag}", np.clip(own.returns[lag], -bound, bound)
    yield "distance_sma_10", np.clip(log(c / rolling_mean(c, 10)), -0.3, 0.3)
    yield "distance_ema_20", np.clip(log(ratio(c, exponential(c, 2 / 21))), -0.5, 0.5)
    yield "distance_sma_50", np.clip(log(c / rolling_mean(c, 50)), -0.7, 0.7)
    yield "volatility_20", np.clip(own.scale(own.deviation[20]), -8, 8)
    yield "volatility_5_20", np.clip(np.nan_to_num(log(ratio(own.deviation[5], own.deviation[20])), posinf=0, neginf=0), -2, 2)
    yield "volatility_20_60", np.clip(log(ratio(own.deviation[20], own.deviation[60])), -2, 2)
    move = np.nan_to_num(change(c, 1))
    up, down = np.maximum(move, 0), np.maximum(-move, 0)
    for bars in (7, 14):
        gain, loss = exponential(up, 1 / bars), exponential(down, 1 / bars)
        yield f"rsi_{bars}", 2 * np.nan_to_num(ratio(gain, gain + loss), nan=0.5) - 1
    line = exponential(c, 2 / 13) - exponential(c, 2 / 27)
    yield "macd", np.clip(ratio(line, c), -0.2, 0.2)
    yield "macd_histogram", np.clip(ratio(line - exponential(line, 2 / 10), c), -0.1, 0.1)
    before = np.vstack([c[:1], c[:-1]])
    true_range = np.fmax(h - l, np.fmax(abs(h - before), abs(l - before)))
    average_range = exponential(true_range, 1 / 14)
    yield "atr_14", np.clip(own.scale(ratio(average_range, c)), -8, 8)
    rise, fall = np.nan_to_num(change(h, 1)), np.nan_to_num(-change(l, 1))
    plus = exponential(np.where((rise > fall) & (rise > 0), rise, 0), 1 / 14)
    minus = exponential(np.where((fall > rise) & (fall > 0), fall, 0), 1 / 14)
    yield "adx_14", exponential(np.nan_to_num(ratio(abs(plus - minus), plus + minus)), 1 / 14)
    mean, deviation = rolling_moments(c, 20)
    yield "bollinger_20", np.clip(np.nan_to_num(ratio(c - mean, 2 * deviation)), -2, 2)
    yield "volume_20", np.clip(volume_score(own, 20), -4, 4)
    for bars in (20, 60):
        low, high = rolling_min(l, bars), rolling_max(h, bars)
        yield f"range_position_{bars}", 2 * np.nan_to_num(ratio(c - low, high - low), nan=0.5) - 1
    yield "gap", np.clip(log(ratio(o, before)), -0.25, 0.25)
    yield "bar_range", np.clip(log(ratio(h, l)), 0, 0.25)


def volume_score(own, bars):
    mean, deviation = rolling_moments(own.log_volume, bars)
    return np.nan_to_num(ratio(own.log_volume - mean, deviation), posinf=0, neginf=0)


def market_features(own, on_dates, unit):
    """Those of the market as a whole, then those that compare a symbol with it [dates x symbols]."""
    moments = {}
    for name in ("return_1", "return_5", "return_20", "volatility_20", "rsi_14"):
        values = on_dates(name)
        moments[name] = (values, np.nanmean(values, axis=1, keepdims=True), np.nanstd(values, axis=1, keepdims=True))
    shape = moments["return_1"][0].shape
    for lag in (1, 5, 20):
        yield f"market_return_{lag}", np.broadcast_to(moments[f"return_{lag}"][1], shape)
    yield "market_dispersion", np.broadcast_to(log(np.maximum(moments["return_1"][2], 1e-4) / unit), shape)
    deviation = rolling_moments(moments["return_1"][1], 20, 1)[1]
    yield "market_volatility_20", np.broadcast_to(log(np.maximum(deviation, 1e-4) / unit), shape)
    for name, (values, mean, spread) in moments.items():
        yield f"z_{name}", np.clip(ratio(values - mean, spread), -5, 5)


def market_slope(own, mean):
    """Beta of 120 returns on the members' mean return, and what is left of 60 without it. @param mean By own bar."""
    moved, with_market = np.nan_to_num(own.returns[1]), np.nan_to_num(mean)

    def moments(bars):
        sums = [rolling_mean(one, bars, 1) for one in (moved, with_market)]
        return (
            rolling_mean(np.square(moved), bars, 1) - sums[0] ** 2,
            rolling_mean(moved * with_market, bars, 1) - sums[0] * sums[1],
            rolling_mean(np.square(with_market), bars, 1) - sums[1] ** 2,
        )

    _, covariance, variance = moments(120)
    beta = ratio(covariance, variance)
    own_variance, covariance, variance = moments(60)
    left = own_variance - 2 * beta * covariance + beta**2 * variance
    return beta, np.sqrt(np.maximum(left, 0))


def rank_features(own, to_dates, sectors):
    """Name and values [dates x symbols] of the rank features, and exposures and simple factors by name."""
    o, h, l, c = own.open, own.high, own.low, own.close
    returns = {lag: to_dates(values) for lag, values in own.returns.items()}
    means = {lag: np.nanmean(returns[lag], axis=1, keepdims=True) for lag in RESIDUAL_LAGS}
    mean_by_bar = own.compact.of(np.broadcast_to(means[1], returns[1].shape).copy())
    beta, idiosyncratic = market_slope(own, mean_by_bar)
    beta_on_dates = to_dates(beta)
    out, sector_residual = {}, {}
    for lag in RESIDUAL_LAGS:
        out[f"market_residual_{lag}"] = returns[lag] - beta_on_dates * means[lag]
    for lag in RESIDUAL_LAGS:
        out[f"sector_residual_{lag}"] = sector_residual[lag] = returns[lag] - sector_means(returns[lag], sectors)
    before = np.vstack([np.full((1, c.shape[1]), np.nan), c[:-1]])
    parts = {"overnight": (log(ratio(o, before)), 1), "intraday": (log(ratio(c, o)), 0)}
    for name, (values, first) in parts.items():
        for lag in PART_LAGS:
            out[f"{name}_{lag}"] = to_dates(rolling_sum(values, lag, first))
    value = c * own.volume
    out["amihud_20"] = to_dates(rolling_mean(ratio(abs(own.returns[1]), value), 20, 1))
    out["parkinson_20"] = to_dates(np.sqrt(rolling_mean(np.square(log(ratio(h, l))), 20) / (4 * np.log(2))))
    location = np.nan_to_num(ratio(c - l, h - l), nan=0.5)
    out["close_location_1"] = to_dates(location)
    out["close_location_5"] = to_dates(rolling_mean(location, 5))
    highest = rolling_max(own.returns[1], 20)
    highest[:20] = np.nan
    out["max_return_20"] = to_dates(highest)
    out["distance_high_252"] = to_dates(log(ratio(c, rolling_max(h, 252))))
    out["distance_low_252"] = to_dates(log(ratio(c, rolling_min(l, 252))))
    (close_mean, close_spread), (volume_mean, volume_spread) = rolling_moments(c, 20), rolling_moments(own.log_volume, 20)
    covariance = rolling_mean(c * own.log_volume, 20) - close_mean * volume_mean
    out["price_volume_correlation_20"] = to_dates(np.nan_to_num(ratio(covariance, close_spread * volume_spread)))
    out["volume_1_20"] = to_dates(volume_score(own, 20))
    mean, spread = rolling_moments(own.log_volume, 60)
    out["volume_5_60"] = to_dates(ratio(rolling_mean(own.log_volume, 5) - mean, spread))
    traded = rolling_mean(value, 60)
    out["turnover_5_60"] = to_dates(ratio(rolling_mean(value, 5), traded))
    out["idiosyncratic_volatility_60"] = to_dates(idiosyncratic)
    out["volatility_20"], out["volatility_60"] = to_dates(own.deviation[20]), to_dates(own.deviation[60])
    out["beta_120"] = beta_on_dates
    momentum = np.full(c.shape, np.nan)
    momentum[250:] = own.log_close[230:-20] - own.log_close[:-250]
    out["momentum_12_1"] = to_dates(momentum)
    factors = {
        "reversal1": -returns[1],
        "reversal5": -returns[5],
        "sectorReversal": -sector_residual[1],
        "momentum": out["momentum_12_1"],
        "lowVolatility": -out["volatility_60"],
    }
    summed = sum(
        centred_ranks(values)
        for values in (-sector_residual[1], -sector_residual[3], -returns[5], out["momentum_12_1"])
    )
    out["factor_sum"] = factors["factorSum"] = np.where(np.isfinite(returns[5]), summed, np.nan)
    exposures = {"volatility": out["volatility_60"], "beta": beta_on_dates, "tradedValue": to_dates(traded)}
    return out, exposures, factors, market_state(returns[1], means[1])


def market_state(returns, mean):
    """Two figures of each date, clipped to 2; 0 where there is too little history."""
    volatility = rolling_moments(mean, 20, 1)[1]
    dispersion = rolling_mean(np.nanstd(returns, axis=1, keepdims=True), 20, 1)
    state = [log(ratio(values, rolling_mean(values, STATE_YEAR, 20))) for values in (volatility, dispersion)]
    return np.nan_to_num(np.clip(np.hstack(state), -2, 2)).astype(np.float32)
