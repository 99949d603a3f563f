"""One window as the old pipeline trained it, in a process of its own: starts Python, imports, reads the bars,
computes the features, fits a classifier and a regressor a horizon, judges them, writes the models.

Arguments: bars file, start, end (not included), model file; those of the regressors end in .1, .5, .10, .20.
"""

import sys

import lightgbm
import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from indicators import PARAMS, RETURN_HORIZONS, TREES, indicators, labels, read_bars, returns

SETTINGS = {"n_estimators": TREES, "verbosity": -1, "n_jobs": PARAMS["num_threads"], "random_state": 7}

path, start, end, model_file = sys.argv[1:]
dates, bars = read_bars(path)
bars = bars[(dates >= start) & (dates < end)]
features = indicators(bars)


def split(target):
    """The first rows have a target; of these, those with all features are split at random."""
    rows = features[: len(target)]
    known = np.isfinite(rows).all(axis=1)
    return train_test_split(rows[known], target[known], test_size=0.2, random_state=7)


train_x, test_x, train_y, test_y = split(labels(bars))
model = lightgbm.LGBMClassifier(**SETTINGS).fit(train_x, train_y)
if len(set(test_y)) == 2 and len(model.classes_) == 2:
    roc_auc_score(test_y, model.predict_proba(test_x)[:, 1])
model.booster_.save_model(model_file)
for horizon in RETURN_HORIZONS:
    train_x, test_x, train_y, test_y = split(returns(bars, horizon))
    model = lightgbm.LGBMRegressor(**SETTINGS).fit(train_x, train_y)
    np.corrcoef(model.predict(test_x), test_y)
    model.booster_.save_model(f"{model_file}.{horizon}")
