"""Makes examination.json: series and what well-known libraries say of them.

Run by hand, in a virtual environment, when a formula is added:
    pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0 arch==8.0.0 purgedcv==0.1.11 \
        dieboldmariano==1.1.0 holdout-backtest==0.1.0 jsharpe==0.6.3 empyrical-reloaded==0.7.1 ffn==1.4.1
    python make-examination.py
"""

import json
import pathlib
from importlib.metadata import version

import empyrical
import ffn
import holdout
import holdout.bootstrap
import holdout.deflated
import holdout.multiple
import holdout.pbo
import holdout.spa
import jsharpe
import numpy as np
import pandas as pd
import purgedcv
import statsmodels.api as sm
from arch.bootstrap import SPA, CircularBlockBootstrap, StationaryBootstrap
from dieboldmariano import dm_test
from scipy import stats
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(20250101)


def autocorrelated(n, phi, scale):
    noise = rng.standard_normal(n) * scale
    out = np.zeros(n)
    for t in range(1, n):
        out[t] = phi * out[t - 1] + noise[t]
    return np.round(out, 6)


def student():
    t = [0.0, 1e-6, 0.3, -1.2, 2.0, 5.5, 12.0, -40.0]
    degrees = [1, 2, 4, 30, 179, 2500]
    return [{"t": x, "degrees": v, "tail": float(stats.t.sf(x, v))} for v in degrees for x in t]


def accuracy(differences, horizon, window):
    n = len(differences)
    zeros, kernel = [0.0] * n, {"rectangular": "acf", "bartlett": "bartlett"}[window]
    # The loss is the second argument itself: the losses are given as the forecasts.
    call = lambda **more: dm_test(  # noqa: E731
        zeros, differences.tolist(), zeros, loss=lambda _, p: p, h=horizon, variance_estimator=kernel, **more
    )
    corrected, two_sided = call()
    plain, _ = call(harvey_correction=False)
    _, better = call(one_sided=True)
    # The same by a regression on a constant with a robust standard error.
    weights = {
        "rectangular": sm.stats.sandwich_covariance.weights_uniform,
        "bartlett": sm.stats.sandwich_covariance.weights_bartlett,
    }[window]
    fit = sm.OLS(differences, np.ones(n)).fit(
        cov_type="HAC", cov_kwds={"maxlags": horizon - 1, "weights_func": weights, "use_correction": False}
    )
    harvey = np.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    statistic = float(fit.tvalues[0] * harvey)
    return {
        "horizon": horizon,
        "window": window,
        "dieboldmariano": {"plain": plain, "statistic": corrected, "two_sided": two_sided, "better": 1 - better},
        "statsmodels": {
            "plain": float(fit.tvalues[0]),
            "statistic": statistic,
            "two_sided": float(2 * stats.t.sf(abs(statistic), n - 1)),
            "better": float(stats.t.sf(statistic, n - 1)),
        },
    }


def pbo(matrix, blocks, performance):
    mine = {"sharpe": purgedcv._pbo.sharpe, "mean": lambda x: float(np.mean(x))}[performance]
    one = purgedcv.probability_of_backtest_overfitting(matrix.T, n_splits=blocks, metric=mine)
    two = holdout.pbo.probability_of_backtest_overfitting(matrix, n_blocks=blocks, metric=performance)
    return {
        "candidates": matrix.shape[1],
        "blocks": blocks,
        "performance": performance,
        "figures": matrix.ravel().tolist(),
        "purgedcv": {"below_median": one.pbo, "logits": sorted(one.logits.tolist())},
        "holdout": {"not_above_median": two.pbo, "logits": sorted(two.logits.tolist())},
    }


def counts(indices, n):
    return np.bincount(np.asarray(indices), minlength=n).tolist()


def spa(gains, block, kind, seed, reps):
    n = len(gains)
    make = {"circular": CircularBlockBootstrap, "stationary": StationaryBootstrap}[kind]
    drawn = make(block, gains, seed=seed)
    draws = [counts(drawn.index, n) for _ in drawn.bootstrap(reps)]

    def of(values):
        # Losses of the benchmark are 0; nested: the variance is that of the replicates.
        test = SPA(np.zeros(n), -values, block_size=block, reps=reps, bootstrap=kind, nested=True, seed=seed)
        test.compute()
        return {name: float(p) for name, p in test.pvalues.items()}

    means = np.array([(gains * np.array(w)[:, None]).sum(0) / n for w in draws])
    # arch does not divide by the standard errors: for the studentised test it gets gains in these units.
    return {
        "kind": kind,
        "gains": gains.T.tolist(),
        "draws": ["".join(np.base_repr(c, 36) for c in draw) for draw in draws],
        "arch": {"plain": of(gains), "studentised": of(gains / (np.sqrt(n) * means.std(axis=0)))},
    }


def spa_of_holdout(gains, block, seed, reps):
    n = len(gains)
    indices = holdout.bootstrap.stationary_bootstrap_indices(n, block, reps, seed=holdout.bootstrap.as_generator(seed))
    test = holdout.spa.superior_predictive_ability(gains, n_bootstrap=reps, block_length=block, seed=seed)
    return {
        "gains": gains.T.tolist(),
        "draws": ["".join(np.base_repr(c, 36) for c in counts(draw, n)) for draw in indices],
        "statistic": test.statistic,
        "best": test.best,
        "lower": test.lower,
        "consistent": test.consistent,
        "upper": test.upper,
    }


def track_record(sharpe, benchmark, skew, kurtosis):
    return {
        "sharpe": sharpe,
        "benchmark": benchmark,
        "skew": skew,
        "kurtosis": kurtosis,
        "holdout": holdout.deflated.minimum_track_record_length(
            sharpe, benchmark=benchmark, confidence=0.95, skewness=skew, kurtosis=kurtosis
        ),
        "purgedcv_whole": purgedcv.min_track_record_length(sharpe, benchmark, 0.05, skew, kurtosis),
    }


def deflated(trials):
    ratios = trials.mean(axis=0) / trials.std(axis=0)
    best = int(np.argmax(ratios))
    variance = float(np.var(ratios, ddof=1))
    full = purgedcv.deflated_sharpe_ratio_full(trials[:, best], trials.shape[1], variance)
    return {
        "returns": trials[:, best].tolist(),
        "ratios": ratios.tolist(),
        "trials": trials.shape[1],
        "purgedcv": {"benchmark": full.sr_star, "deflated": full.dsr},
        "jsharpe_benchmark": jsharpe.expected_maximum_sharpe_ratio(trials.shape[1], variance),
        "holdout_benchmark": holdout.deflated.expected_maximum_sharpe(trials.shape[1], variance, method="approximation"),
    }


def growth(returns, first):
    index = pd.bdate_range(first, periods=len(returns) + 1)
    prices = pd.Series(np.concatenate([[1.0], np.cumprod(1 + returns)]), index=index)
    return {
        "returns": returns.tolist(),
        "calendar_days": int((index[-1] - index[0]).days),
        # ffn counts calendar days, 365.25 a year; empyrical sessions, 252 a year.
        "ffn": float(ffn.calc_cagr(prices)),
        "empyrical": float(empyrical.cagr(returns)),
    }


def discoveries(p, level):
    rejected, adjusted, _, _ = multipletests(p, alpha=level, method="fdr_bh")
    return {
        "p": p.tolist(),
        "level": level,
        "rejected": int(rejected.sum()),
        "statsmodels": adjusted.tolist(),
        "scipy": stats.false_discovery_control(p, method="bh").tolist(),
        "holdout": holdout.multiple.adjust_pvalues(p, "bh").tolist(),
    }


differences = np.round(autocorrelated(150, 0.6, 0.02) + 0.004, 6)
# The sum of autocovariances up to lag 1 is negative: the rectangular window gives no variance.
alternating = np.round(0.02 * (-1.0) ** np.arange(60) + autocorrelated(60, 0.0, 0.002) + 0.001, 6)

common = rng.standard_normal((96, 1)) * 0.004
odd = np.round(common + rng.standard_normal((96, 7)) * 0.01 + np.linspace(0, 0.003, 7), 6)
even = np.round(common[:90] + rng.standard_normal((90, 6)) * 0.01, 6)

gains = np.column_stack([autocorrelated(90, 0.3, s) + m for s, m in [(0.02, 0.004), (0.05, 0.003), (0.01, -0.012), (0.03, -0.001)]])
better = np.column_stack([autocorrelated(80, 0.2, 0.02) + m for m in [0.006, -0.002, -0.03]])

p_values = np.round(np.concatenate([rng.uniform(0, 0.01, 6), rng.uniform(0, 1, 24), [0.2, 0.2, 1.0]]), 7)

golden = {
    "made_with": {
        name: version(name)
        for name in (
            "numpy",
            "scipy",
            "statsmodels",
            "arch",
            "purgedcv",
            "dieboldmariano",
            "holdout-backtest",
            "jsharpe",
            "empyrical-reloaded",
            "ffn",
        )
    },
    "student": student(),
    "accuracy": {
        "differences": differences.tolist(),
        "cases": [accuracy(differences, h, w) for h in (1, 2, 5, 10) for w in ("rectangular", "bartlett")],
        "alternating": alternating.tolist(),
        "alternating_bartlett": accuracy(alternating, 2, "bartlett"),
    },
    "overfitting": [pbo(odd, 8, "sharpe"), pbo(odd, 6, "mean"), pbo(even, 8, "sharpe"), pbo(even, 10, "mean")],
    "superior": [
        spa(np.round(gains, 6), 8, "circular", 11, 150),
        spa(np.round(gains, 6), 8, "stationary", 12, 150),
        spa(np.round(better, 6), 5, "circular", 13, 150),
    ],
    "superior_holdout": [
        spa_of_holdout(np.round(gains, 6), 6.0, 21, 150),
        spa_of_holdout(np.round(better, 6), 6.0, 22, 150),
        spa_of_holdout(np.round(-np.abs(better) - 0.02, 6), 6.0, 23, 150),
    ],
    "track_record": [
        track_record(0.12, 0.0, -0.4, 4.5),
        track_record(0.12, 0.05, -0.4, 4.5),
        track_record(0.35, 0.0, 0.8, 7.0),
        track_record(0.02, 0.0, 0.0, 3.0),
    ],
    "deflated": deflated(np.round(rng.standard_t(5, (200, 9)) * 0.01 + np.linspace(-0.001, 0.002, 9), 6)),
    "growth": growth(np.round(rng.normal(0.0006, 0.011, 504), 6), "2022-01-03"),
    "discoveries": [discoveries(p_values, 0.1), discoveries(np.array([0.01, 0.04, 0.03, 0.9]), 0.05)],
}

target = pathlib.Path(__file__).with_name("examination.json")
target.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")
