"""Makes figures.json: rows and what well-known libraries say of them.

Run by hand, in a virtual environment, when a formula is added:
    pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 purgedcv==0.1.11
    python make-figures.py
"""

import json
import pathlib

import numpy as np
import purgedcv
import scipy
import sklearn
from purgedcv import deflated_sharpe_ratio, probabilistic_sharpe_ratio
from scipy import stats
from sklearn import metrics
from sklearn.calibration import calibration_curve

rng = np.random.default_rng(20240604)
DATES, SYMBOLS = 60, 12

forward = np.round(rng.normal(0.004, 0.03, (DATES, SYMBOLS)), 6)
label = (forward > 0.02).astype(int)
probability = np.round(1 / (1 + np.exp(-(rng.normal(-0.8, 0.5, forward.shape) + 6 * forward))), 7)
# The same rows with many ties, as a model with few leaves gives them.
coarse = np.round(probability, 1)

flat = label.ravel()
observed, predicted = calibration_curve(flat, probability.ravel(), n_bins=10, strategy="quantile")
returns = np.round(rng.standard_t(4, 250) * 0.02 + 0.002, 6)
skewed = np.round(rng.gamma(2.0, 0.01, 120) - 0.018, 6)


def correlations(measure, scores):
    return [float(measure(scores[d], forward[d]).statistic) for d in range(DATES)]


def sharpe_case(values, trials, variance):
    return {
        "returns": values.tolist(),
        "sharpe": float(values.mean() / values.std(ddof=0)),
        "skew": float(stats.skew(values, bias=False)),
        "kurtosis": float(stats.kurtosis(values, bias=False, fisher=False)),
        "probabilistic": {str(b): float(probabilistic_sharpe_ratio(values, b)) for b in (0.0, 0.05, 0.3)},
        "variance": variance,
        "deflated": {str(n): float(deflated_sharpe_ratio(values, n, variance)) for n in trials},
    }


golden = {
    "made_with": {
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
        "purgedcv": purgedcv.__version__,
    },
    "rows": {
        "dates": DATES,
        "symbols": SYMBOLS,
        "probability": probability.ravel().tolist(),
        "coarse": coarse.ravel().tolist(),
        "label": flat.tolist(),
        "forward_return": forward.ravel().tolist(),
    },
    "log_loss": float(metrics.log_loss(flat, probability.ravel())),
    "brier": float(metrics.brier_score_loss(flat, probability.ravel())),
    "auc": float(metrics.roc_auc_score(flat, probability.ravel())),
    "auc_coarse": float(metrics.roc_auc_score(flat, coarse.ravel())),
    "auc_weighted": float(
        metrics.roc_auc_score(flat, coarse.ravel(), sample_weight=np.repeat(np.arange(DATES) % 3, SYMBOLS))
    ),
    "ic": correlations(stats.pearsonr, probability),
    "rank_ic": correlations(stats.spearmanr, probability),
    "rank_ic_coarse": correlations(stats.spearmanr, coarse),
    "calibration": {
        "observed": observed.tolist(),
        "predicted": predicted.tolist(),
        "ece": float(np.mean(np.abs(observed - predicted))),
    },
    "precision_at_half": float(metrics.precision_score(flat, probability.ravel() >= 0.5)),
    "recall_at_half": float(metrics.recall_score(flat, probability.ravel() >= 0.5)),
    "sharpe": [
        sharpe_case(returns, (1, 2, 10, 1000), 0.004),
        sharpe_case(skewed, (1, 7, 50), 0.02),
    ],
    "normal": {
        "z": [-8.0, -5.0, -3.6, -3.5, -1.0, -0.1, 0.0, 0.3, 1.96, 3.5, 3.6, 6.0],
        "cdf": [float(stats.norm.cdf(z)) for z in (-8.0, -5.0, -3.6, -3.5, -1.0, -0.1, 0.0, 0.3, 1.96, 3.5, 3.6, 6.0)],
        "p": [1e-12, 1e-4, 0.025, 0.3, 0.5, 0.9, 0.999, 0.9999999],
        "quantile": [float(stats.norm.ppf(p)) for p in (1e-12, 1e-4, 0.025, 0.3, 0.5, 0.9, 0.999, 0.9999999)],
    },
    "quantiles": {
        "share": [0.0, 0.025, 0.5, 0.9, 1.0],
        "of_returns": [float(np.quantile(returns, q)) for q in (0.0, 0.025, 0.5, 0.9, 1.0)],
    },
}

target = pathlib.Path(__file__).with_name("figures.json")
target.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")
