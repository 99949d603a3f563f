"""A whole run as one Python program, as a good researcher would write it: numpy, scipy, polars and
LightGBM, vectorised, on two processes.

Argument: a JSON file {bars, symbols: [{symbol, industry}], from, to, windowDays, horizon, threshold, entry, seed,
replicates, processes, out}. `bars` holds SYMBOL.csv files with the columns timestamp, open, high, low, close, volume,
as traded, and corporate_actions.csv (symbol, ex_date, price_factor).

What it does, each as in the run that it is compared with:
- reads every file once, hashes it, checks the bars (doubles, impossible prices, jumps, missing sessions, idle bars) and
  adjusts them for the listed actions that the prices show;
- 34 features of the probability and their relative forms, 39 rank features, 2 figures of the market's state;
  labels, outcomes at 1, 5, 10 and 20 bars from the next open, exposures, neutral targets;
- the placebo: all of it, and everything that follows, a second time on redrawn bars;
- per cohort a pooled prior: a ridge for the range with random tanh units, a logistic regression with relative features
  and shifts by symbol; a ridge on ranks, products and bends, and LightGBM beside it; strengths, half-lives, blends and
  the share of trees chosen from the same grids by purged walk-forward validation; targets permuted within days;
- per window a departure from it, one Newton step along the same directions, its strength chosen on a purged
  validation part; the permutation importance of each feature;
- per cohort a student with both heads from soft labels out of fold, with the same grids, the student with rewards as
  weights and the one of labels alone;
- figures (figures.py says which) with intervals from a circular block bootstrap by date;
- checks for leakage: features of truncated bars, overlap of labels, permuted targets, the redrawn bars;
- predictions and outcomes as Parquet, models as arrays, figures as JSON, a manifest with the digest of every file.

What the run has beside that and this program has not: durability (a server that keeps every step, heartbeats,
checkpoints, resumption, workers on several machines), telemetry and its counts by window, bit-for-bit reproducible sums
and the proof of it (the newest cohort is trained twice), the student under eleven shocks to its bars, students as
TensorFlow.js and ONNX files, explanations of single predictions, the comparison with a champion, gates, plots,
the briefing and the model card, the verification of the bundle by computing its figures again, and its signature.
Where this program may take a shorter way to the same result, it does: sums by date for all fits of the ranks, AUC of
all replicates from one matrix of dates, no rows written that nobody reads.

Prints JSON {seconds, phases, windows, figures}.
"""

import os

# One thread a process: there are as many processes as cores.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import json
import resource
import sys
import time

import arms
import bars
import cohorts
import figures
import leakage
import outputs
import student
import teachers
from sharing import in_pool


class Clock:
    """Seconds by phase."""

    def __init__(self):
        self.phases, self.last = {}, time.perf_counter()

    def end(self, phase):
        now = time.perf_counter()
        self.phases[phase] = round(now - self.last, 3)
        self.last = now


def main(path):
    with open(path, encoding="utf-8") as file:
        task = json.load(file)
    os.makedirs(task["out"], exist_ok=True)
    processes, clock = task["processes"], Clock()

    market = bars.read_market(task)
    clock.end("bars")
    built = dict(zip(arms.ARMS, in_pool(processes, arms.Builder(market, task), arms.ARMS)))
    clock.end("features")

    plan = cohorts.plan_cohorts(market, built["real"], task)
    # The newest cohorts have the longest past; the real ones fit permuted targets, too.
    jobs = [(arm, at) for at in reversed(range(len(plan))) for arm in arms.ARMS]
    taught = dict(zip(jobs, in_pool(processes, teachers.Teacher(built, plan, task), jobs)))
    clock.end("teach")
    distilled = dict(zip(jobs, in_pool(processes, student.Distiller(built, plan, taught, task), jobs)))
    clock.end("distill")

    checks = leakage.check(market, built, plan, task)
    clock.end("leakage")
    result = figures.figures(market, built, plan, taught, distilled, task, lambda work, of: in_pool(processes, work, of))
    clock.end("figures")
    outputs.write(task, market, built, plan, taught, distilled, {**result, "leakage": checks, "checks": market.checks})
    clock.end("write")

    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(
        json.dumps(
            {
                "phases": clock.phases,
                "seconds": round(sum(clock.phases.values()), 3),
                "cpuSeconds": round(sum(one.ru_utime + one.ru_stime for one in usage), 3),
                "windows": {
                    "planned": len(list(cohorts.tiles(task))) * len(task["symbols"]),
                    "trained": sum(int(cohort.trainable.sum()) for cohort in plan),
                },
                "figures": {
                    "logLoss": result["forward"]["teacher"]["logLoss"],
                    "studentLogLoss": result["forward"]["student"]["logLoss"],
                    "placeboAuc": result["forward"]["placebo"]["cohortAuc"],
                    "auc": result["forward"]["teacher"]["auc"],
                    "neutral5": result["ranking"]["teacher"]["neutral"]["5"],
                    "rows": result["forward"]["teacher"]["rows"],
                    "baseRate": result["forward"]["teacher"]["baseRate"],
                },
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
