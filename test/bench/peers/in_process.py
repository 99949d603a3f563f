"""Every window with LightGBM in one Python program, as a careful user would: the bars of a symbol are read
once and its indicators and targets computed once; only the fits are per window: a classifier and a regressor
a horizon.

Arguments: JSON file {windows: [{file, start, end}], before: [as windows], models: folder}, number of
processes. The windows of `before` are fitted first, as by a program that has been at work for a while.
Prints JSON {"fits": number of windows, "beforeSeconds": what those of `before` took, "seconds": all after that,
"cpuSeconds": processor time of the latter}.
"""

import json
import multiprocessing
import os
import resource
import sys
import time

import lightgbm
import numpy as np

from indicators import HORIZON, PARAMS, RETURN_HORIZONS, RETURN_PARAMS, TREES, indicators, labels, read_bars, returns


def load(path):
    """Dates, features, rows with all features, and by model its name, parameters, target and bars ahead."""
    dates, bars = read_bars(path)
    features = indicators(bars)

    def padded(known):
        return np.concatenate([known, np.zeros(len(dates) - len(known), dtype=known.dtype)])

    models = [("txt", PARAMS, padded(labels(bars)), HORIZON)]
    for horizon in RETURN_HORIZONS:
        models.append((f"{horizon}.txt", RETURN_PARAMS, padded(returns(bars, horizon)), horizon))
    return dates, features, np.isfinite(features).all(axis=1), models


def fit(windows, series, folder, first):
    fits = 0
    for number, window in enumerate(windows, first):
        dates, features, known, models = series[window["file"]]
        low, high = np.searchsorted(dates, [window["start"], window["end"]])
        for name, params, target, horizon in models:
            rows = np.arange(low, max(low, high - horizon))
            rows = rows[known[rows]]
            data = lightgbm.Dataset(features[rows], target[rows], params=params)
            booster = lightgbm.train(params, data, num_boost_round=TREES)
            booster.save_model(os.path.join(folder, f"{number}.{name}"))
        fits += 1
    return fits


def fit_all(windows, processes, folder):
    series = {path: load(path) for path in sorted({window["file"] for window in windows})}
    if processes == 1:
        return fit(windows, series, folder, 0)
    # Forked, so that children share the bars without a copy.
    context = multiprocessing.get_context("fork")
    results = context.SimpleQueue()

    def work(low, high):
        results.put(fit(windows[low:high], series, folder, low))

    cuts = [len(windows) * part // processes for part in range(processes + 1)]
    workers = [context.Process(target=work, args=cut) for cut in zip(cuts, cuts[1:])]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode != 0 for worker in workers):
        raise SystemExit("a process of the peer failed")
    return sum(results.get() for _ in workers)


def cpu_seconds():
    """Processor time of this process and of those that it has waited for."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in usage)


def main():
    started = time.perf_counter()
    with open(sys.argv[1], encoding="utf-8") as file:
        task = json.load(file)
    processes = int(sys.argv[2])
    fit_all(task["before"], processes, task["models"])
    ready, cpu = time.perf_counter(), cpu_seconds()
    fits = fit_all(task["windows"], processes, task["models"])
    seconds = time.perf_counter() - ready
    spent = {"seconds": seconds, "cpuSeconds": cpu_seconds() - cpu}
    print(json.dumps({"fits": fits, "beforeSeconds": ready - started, **spent}))


main()
