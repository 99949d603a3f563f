"""One window as the old pipeline trained it, in a process of its own:
starts Python, imports, reads the bars, computes the features, fits, judges, writes the model.

Arguments: bars file, start, end (not included), model file.
"""

import sys

import lightgbm
import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from indicators import HORIZON, PARAMS, TREES, indicators, labels, read_bars

path, start, end, model_file = sys.argv[1:]
dates, bars = read_bars(path)
bars = bars[(dates >= start) & (dates < end)]
features = indicators(bars)[:-HORIZON]
target = labels(bars[:, 3])
known = np.isfinite(features).all(axis=1)
features, target = features[known], target[known]
train_x, test_x, train_y, test_y = train_test_split(features, target, test_size=0.2, random_state=7)
model = lightgbm.LGBMClassifier(
    n_estimators=TREES, verbosity=-1, n_jobs=PARAMS["num_threads"], random_state=7
).fit(train_x, train_y)
if len(set(test_y)) == 2 and len(model.classes_) == 2:
    roc_auc_score(test_y, model.predict_proba(test_x)[:, 1])
model.booster_.save_model(model_file)
