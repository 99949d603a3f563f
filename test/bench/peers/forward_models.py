"""Peers that predict the labels of the same forward rows from the same features as the teachers.

Argument: a folder as task_files.py describes it. Writes NAME.SEED.f64 for lightgbmWindow, lightgbmPooled and
logisticPooled: a probability for every forward row, cohort by cohort and window by window. What does not depend
on the seed is written once, as NAME.f64.
"""

import sys
import warnings

import lightgbm
import numpy as np
from sklearn.linear_model import LogisticRegression

from task_files import Task

# For a fit to one window: the library's default settings, 100 trees.
WINDOW = {"objective": "binary", "verbosity": -1, "num_threads": 1, "deterministic": True, "seed": 7}
WINDOW_TREES = 100
# For a fit to all earlier rows: a low learning rate, shallow trees and subsampling, as noisy returns need.
POOLED = {
    "objective": "binary",
    "verbosity": -1,
    # More threads would wait for each other when other programs run on the machine.
    "num_threads": 1,
    "deterministic": True,
    "learning_rate": 0.02,
    "num_leaves": 15,
    "min_data_in_leaf": 500,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
}
POOLED_TREES = 300
# Features are clipped to ± this many standard deviations for the logistic model.
CLIP = 5.0


def main(folder):
    task = Task(folder)
    features, part = task.floats("features"), task.part
    label = task.labels()

    window_parts, logistic_parts = [], []
    pooled_parts = {seed: [] for seed in task.seeds}
    for cohort in task.cohorts:
        prior = part(cohort["prior"])
        forward = task.forward(cohort)
        logistic_parts.append(logistic(features, label, prior, forward))
        data = lightgbm.Dataset(features[prior], label[prior], params=POOLED, free_raw_data=False)
        for seed in task.seeds:
            booster = lightgbm.train({**POOLED, "seed": seed}, data, num_boost_round=POOLED_TREES)
            pooled_parts[seed].append(booster.predict(features[forward]))
        for window in cohort["windows"]:
            window_parts.append(one_window(features, label, part(window["fit"]), part(window["forward"])))
    task.write("lightgbmWindow", window_parts)
    task.write("logisticPooled", logistic_parts)
    for seed, parts in pooled_parts.items():
        task.write(f"lightgbmPooled.{seed}", parts)


def one_window(features, label, fit, forward):
    if label[fit].min() == label[fit].max():
        return np.full(len(forward), label[fit].mean())
    data = lightgbm.Dataset(features[fit], label[fit], params=WINDOW)
    return lightgbm.train(WINDOW, data, num_boost_round=WINDOW_TREES).predict(features[forward])


def logistic(features, label, prior, forward):
    """Standardised by its own past alone."""
    past = features[prior].astype(np.float64)
    centre, spread = past.mean(axis=0), past.std(axis=0)
    spread[spread == 0] = 1.0

    def scaled(values):
        return np.clip((values - centre) / spread, -CLIP, CLIP)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = LogisticRegression(C=1.0, max_iter=300).fit(scaled(past), label[prior])
    return model.predict_proba(scaled(features[forward].astype(np.float64)))[:, 1]


main(sys.argv[1])
