"""The figures of a run with their intervals.

Of teachers, students and both placebos on forward rows, of the first three on validation rows: log-loss, Brier score,
AUC, AUC inside cohorts, base rates and skill, calibration, precision and recall of cuts, daily IC and rank IC, and the
strategy after costs. Of all models, permuted targets and six simple factors: rank IC at 1, 5, 10 and 20 bars, raw and
neutral to volatility, beta, traded value and sector, by tile, year and sector, with persistence and exposure. Paired
tests between them. Each with the same number of replicates as the run.
"""

import warnings

import numpy as np
from scipy.stats import norm, rankdata

import strategy
from arms import HORIZONS
from bootstrap import Auc, draws, interval, of_dates, p_value
from columns import centred_ranks, correlations, sectors_of

LEAST, RATE_FLOOR, BINS, TOP = 1e-15, 0.005, 10, 0.1
MODELS = {
    "teacher": ("real", "taught"),
    "student": ("real", "distilled"),
    "placebo": ("placebo", "taught"),
    "studentPlacebo": ("placebo", "distilled"),
    "permuted": ("real", "permuted"),
}
VALIDATION = ("teacher", "placebo", "student")
FORWARD = ("teacher", "student", "placebo", "studentPlacebo")


class Panels:
    """What every model says of the forward and the validation rows, as matrices of the dates of those rows."""

    def __init__(self, market, built, plan, taught, distilled, task):
        self.market, self.built, self.plan, self.taught, self.task = market, built, plan, taught, task
        self.dates, self.cohort, self.weights, self.values = {}, {}, {}, {}
        spans = {
            "forward": [(cohort.end, cohort.forward_end) for cohort in plan],
            "validation": [(cohort.validation, cohort.end) for cohort in plan],
        }
        for split, parts in spans.items():
            self.dates[split] = np.concatenate([np.arange(*part) for part in parts])
            self.cohort[split] = np.concatenate([np.full(b - a, at) for at, (a, b) in enumerate(parts)])
            for model, (arm, source) in MODELS.items():
                if split == "validation" and model not in VALIDATION:
                    continue
                own = []
                for at, (low, high) in enumerate(parts):
                    said = (distilled if source == "distilled" else taught)[(arm, at)]
                    pair = (
                        (said.permuted_probability, said.permuted_score)
                        if source == "permuted"
                        else (said.probability, said.score)
                    )
                    start = plan[at].start
                    own.append(np.stack([one[low - start : high - start] for one in pair]))
                self.values[(split, model)] = np.concatenate(own, axis=1)
            known = np.isfinite(self.values[(split, "teacher")][0]).any(axis=1)
            self.dates[split], self.cohort[split] = self.dates[split][known], self.cohort[split][known]
            for key in [key for key in self.values if key[0] == split]:
                self.values[key] = self.values[key][:, known]
            self.weights[split] = draws(len(self.dates[split]), task["horizon"], task["replicates"], task["seed"])

    def past(self, model, at):
        """Scores of the cohort's rows before its forward part: out of fold and of validation."""
        arm, source = MODELS[model]
        cohort, said = self.plan[at], self.taught[(arm, at)]
        scores = said.scores[: cohort.end].copy() if source == "taught" else np.full((cohort.end, self.market.close.shape[1]), np.nan)
        inside = slice(cohort.validation - cohort.start, cohort.end - cohort.start)
        if source == "taught":
            scores[cohort.validation :] = said.score[inside]
        dates = np.flatnonzero(np.isfinite(scores).any(axis=1))
        return scores[dates], dates


class Measure:
    def __init__(self, panels):
        self.panels = panels

    def __call__(self, job):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return arm_figures(self.panels, *job[1:]) if job[0] == "arm" else ranking_figures(self.panels, job[1])


def figures(market, built, plan, taught, distilled, task, pooled):
    panels = Panels(market, built, plan, taught, distilled, task)
    jobs = [("ranking", "real"), ("ranking", "placebo"), ("ranking", "factors")]
    jobs += [("arm", "forward", model) for model in FORWARD] + [("arm", "validation", model) for model in VALIDATION]
    found = dict(zip(jobs, pooled(Measure(panels), jobs)))
    out = {"forward": {}, "validation": {}, "ranking": {}}
    replicates = {}
    for job, (own, drawn) in found.items():
        if job[0] == "arm":
            out[job[1]][job[2]] = own
            replicates[job[1:]] = drawn
        else:
            out["ranking"].update(own)
            replicates.update(drawn)
    out["tests"] = tests(out, replicates)
    trials = sum(one.trials for one in [*taught.values(), *distilled.values()])
    out["sharpe"] = {name: deflated(out["forward"][name], trials) for name in ("teacher", "student")}
    out["fidelity"] = mean_of([distilled[("real", at)].fidelity for at in range(len(plan))])
    out["importance"] = np.mean([taught[("real", at)].importance for at in range(len(plan))], axis=0).tolist()
    out["drift"] = [taught[("real", at)].drift.tolist() for at in range(len(plan))]
    out["variants"] = variants(panels, plan, distilled)
    return out


def mean_of(parts):
    return {name: float(np.nanmean([part[name] for part in parts])) for name in parts[0]}


def arm_figures(panels, split, model):
    name, _ = MODELS[model]
    arm, weights = panels.built[name], panels.weights[split]
    dates, group = panels.dates[split], panels.cohort[split]
    probability, score = panels.values[(split, model)]
    known = np.isfinite(probability)
    at, symbol = np.nonzero(known)
    p = np.clip(probability[at, symbol].astype(np.float64), LEAST, 1 - LEAST)
    label = arm.label[dates[at], symbol]
    base = np.stack([panels.taught[(name, one)].base_rate for one in range(len(panels.plan))])[group[at], symbol]
    pooled = np.array([panels.taught[(name, one)].pooled_rate for one in range(len(panels.plan))])[group[at]]

    def loss(rate, floor):
        rate = np.clip(rate, floor, 1 - floor)
        return -np.where(label == 1, np.log(rate), np.log(1 - rate))

    by_row = {
        "logLoss": loss(p, LEAST),
        "baselineLogLoss": loss(base, RATE_FLOOR),
        "pooledLogLoss": loss(pooled, RATE_FLOOR),
        "brier": (p - label) ** 2,
        "baselineBrier": (base - label) ** 2,
    }
    rows = np.bincount(at, minlength=len(dates))
    whole, drawn = {}, {}
    for key, values in by_row.items():
        sums = np.bincount(at, values, len(dates))
        whole[key] = float(sums.sum() / rows.sum())
        drawn[key] = weights @ sums / (weights @ rows)
    for key, baseline in (("skill", "baselineLogLoss"), ("pooledSkill", "pooledLogLoss")):
        whole[key] = 1 - whole["logLoss"] / whole[baseline]
        drawn[key] = 1 - drawn["logLoss"] / drawn[baseline]
    matrix = Auc(p, label, at, len(dates), group)
    whole["auc"], drawn["auc"] = exact_auc(p, label), matrix.replicates(weights, False)
    whole["cohortAuc"] = inside_auc(p, label, group[at])
    drawn["cohortAuc"] = matrix.replicates(weights, True)

    forward = np.where(known, arm.forward_return[dates], np.nan)
    ranked = centred_ranks(np.where(known, score, np.nan), np.nan), centred_ranks(forward, np.nan)
    for key, pair in (("ic", (np.where(known, score, np.nan), forward)), ("rankIc", ranked)):
        daily = correlations(*pair)
        whole[key], drawn[key] = of_dates(daily, weights)
        whole[f"{key}r"] = float(np.nanmean(daily) / np.nanstd(daily, ddof=1))

    calendar = panels.market.dates
    holding = np.array(
        [strategy.choose_holding(arm, *panels.past(model, one), calendar) for one in range(len(panels.plan))]
        if split == "forward"
        else [strategy.DEFAULT_HOLDING] * len(panels.plan)
    )[group]
    path = strategy.run(arm, np.where(known, score, np.nan), dates, holding, calendar)
    bars = path["bars"]
    active = (path["net"] - path["equalWeight"]) / bars
    whole["activePerYear"], drawn["activePerYear"] = (strategy.YEAR * one for one in of_dates(active, weights))
    per_bar, per_root = (np.nan_to_num(path["net"] / by) for by in (bars, np.sqrt(bars)))
    valid = np.isfinite(path["net"])
    counts = weights @ valid
    deviation = np.sqrt((weights @ per_root**2 - (weights @ per_root) ** 2 / counts) / (counts - 1))
    drawn["netSharpe"] = (weights @ per_bar) / counts / deviation * np.sqrt(strategy.YEAR)
    earned = strategy.figures(path)
    whole["netSharpe"] = earned["net"]["sharpe"]
    return {
        "rows": int(rows.sum()),
        "dates": len(dates),
        "symbols": int(known.any(axis=0).sum()),
        "baseRate": float(label.mean()),
        **whole,
        "confidence": {key: interval(values) for key, values in drawn.items()},
        "calibration": calibration(p, label),
        "cuts": cuts(p, label, at),
        "strategy": {**earned, "holding": [int(one) for one in np.unique(holding)]},
        "events": extreme_days(path, np.bincount(at, by_row["logLoss"], len(dates)) / np.maximum(1, rows), calendar[dates]),
        "moments": moments(path),
    }, drawn


def exact_auc(p, label):
    ranks = rankdata(p)
    ones = label == 1
    count = int(ones.sum())
    return float((ranks[ones].sum() - count * (count + 1) / 2) / (count * (len(label) - count)))


def inside_auc(p, label, group):
    """Of pairs of rows of one cohort."""
    won = pairs = 0.0
    for one in np.unique(group):
        own = label[group == one]
        count = float(own.sum()) * float(len(own) - own.sum())
        if count:
            won, pairs = won + count * exact_auc(p[group == one], own), pairs + count
    return won / pairs


def calibration(p, label):
    """Bins of equal count."""
    order = np.argsort(p)
    parts = np.array_split(order, BINS)
    bins = [(float(p[part].mean()), float(label[part].mean()), len(part)) for part in parts if len(part)]
    return {"bins": bins, "ece": float(sum(n * abs(a - b) for a, b, n in bins) / len(p))}


def cuts(p, label, date):
    """Precision and recall above a half, and in the top tenth of each date."""
    order = np.lexsort((-p, date))
    count = np.bincount(date)
    place = np.arange(len(p)) - np.repeat(np.concatenate([[0], np.cumsum(count)[:-1]]), count)
    top = np.zeros(len(p), bool)
    top[order] = place < np.ceil(TOP * np.repeat(count, count))
    out = {}
    for name, mask in (("half", p > 0.5), ("top", top)):
        hits = float(label[mask].sum())
        out[name] = {"precision": hits / max(1, int(mask.sum())), "recall": hits / max(1.0, float(label.sum()))}
    return out


def extreme_days(path, loss, dates):
    """What came on the worst and the best dates of the market."""
    order = np.argsort(np.nan_to_num(path["equalWeight"]))
    return [
        {
            "date": str(dates[at]),
            "marketReturn": float(path["equalWeight"][at]),
            "strategyReturn": float(path["net"][at]),
            "logLoss": float(loss[at]),
        }
        for at in [*order[:5], *order[-5:]]
    ]


def moments(path):
    scaled = (path["net"] / np.sqrt(path["bars"]))[np.isfinite(path["net"])]
    z = (scaled - scaled.mean()) / scaled.std()
    return {"count": len(scaled), "sharpe": float(scaled.mean() / scaled.std(ddof=1)), "skew": float((z**3).mean()), "kurtosis": float((z**4).mean())}


def deflated(own, trials):
    """Chance that the true Sharpe ratio is above that of the best of so many worthless configurations."""
    of = own["moments"]
    error = np.sqrt(max(1e-12, 1 - of["skew"] * of["sharpe"] + (of["kurtosis"] - 1) / 4 * of["sharpe"] ** 2) / (of["count"] - 1))
    euler = 0.5772156649
    best = error * ((1 - euler) * norm.ppf(1 - 1 / trials) + euler * norm.ppf(1 - 1 / (trials * np.e)))
    return {"trials": trials, "probabilistic": float(norm.cdf(of["sharpe"] / error)), "deflated": float(norm.cdf((of["sharpe"] - best) / error))}


def ranking_figures(panels, what):
    """Rank ICs of models (or of the simple factors) by horizon, with everything that is said of a score."""
    name = "placebo" if what == "placebo" else "real"
    arm, dates, weights = panels.built[name], panels.dates["forward"], panels.weights["forward"]
    mask = np.isfinite(panels.values[("forward", "placebo" if what == "placebo" else "teacher")][0])
    scores = (
        {key: np.where(mask, values[dates], np.nan) for key, values in arm.factors.items()}
        if what == "factors"
        else {key: panels.values[("forward", key)][1] for key, (of, _) in MODELS.items() if of == name}
    )
    returns = [np.where(mask, arm.returns[dates, :, at], np.nan) for at in range(len(HORIZONS))]
    raw_ranks = [centred_ranks(one, np.nan) for one in returns]
    neutral_ranks = [centred_ranks(np.where(mask, arm.targets[dates, :, at], np.nan), np.nan) for at in range(len(HORIZONS))]
    exposures = [centred_ranks(np.where(mask, values[dates], np.nan), np.nan) for values in arm.exposure_values.values()]
    sectors = sectors_of(panels.market.sector).astype(bool)
    years = panels.market.dates[dates].astype("datetime64[Y]").astype(int) + 1970
    tiles = panels.cohort["forward"]
    within = None if what == "placebo" else [
        [centred_ranks(one[:, sectors[:, at]], np.nan) for at in range(sectors.shape[1])] for one in returns
    ]
    # Exposures of the forward dates alone, whose cohorts follow each other without a gap.
    out, drawn = {}, {}
    for key, score in scores.items():
        ranks = centred_ranks(score, np.nan)
        left = arm.exposures.residuals(ranks, int(dates[0])) if contiguous(dates) else np.stack(
            [arm.exposures.residuals(ranks[at : at + 1], int(date))[0] for at, date in enumerate(dates)]
        )
        neutral = centred_ranks(left, np.nan)
        daily = {
            "raw": [correlations(ranks, one) for one in raw_ranks],
            "neutral": [correlations(neutral, one, 25) for one in neutral_ranks],
        }
        own = {}
        for kind, series in daily.items():
            own[kind], own[f"{kind}Confidence"], own[f"{kind}Detectable"] = {}, {}, {}
            for horizon, values in zip(HORIZONS, series):
                mean, replicates = of_dates(values, weights)
                own[kind][str(horizon)] = mean
                own[f"{kind}Confidence"][str(horizon)] = interval(replicates)
                own[f"{kind}Detectable"][str(horizon)] = float(2.8 * np.nanstd(replicates, ddof=1)) if len(replicates) else None
                drawn[(kind, key, horizon)] = replicates
            for title, groups in (("byTile", tiles), ("byYear", years)):
                own.setdefault(title, {})[kind] = {
                    str(one): [float(np.nanmean(values[groups == one])) for values in series] for one in np.unique(groups)
                }
        if within is not None:
            own["bySector"] = [
                [
                    float(np.nanmean(correlations(centred_ranks(score[:, sectors[:, at]], np.nan), column[at])))
                    for column in within
                ]
                for at in range(sectors.shape[1])
            ]
        top = ranks > 0.5 - TOP
        own["persistence"] = {
            str(lag): {
                "correlation": float(np.nanmean(correlations(ranks[lag:], ranks[:-lag]))),
                "new": float(1 - (top[lag:] & top[:-lag]).sum() / max(1, top[lag:].sum())),
            }
            for lag in (1, 5)
        }
        own["exposure"] = [float(np.nanmean(correlations(ranks, one))) for one in exposures]
        own["sectorShare"] = sector_share(ranks, sectors)
        out[key] = own
    return out, drawn


def contiguous(dates):
    return len(dates) > 0 and dates[-1] - dates[0] + 1 == len(dates)


def sector_share(ranks, sectors):
    """Share of the variance of a date's ranks that lies between sectors; mean over dates."""
    known = np.isfinite(ranks)
    values = np.where(known, ranks, 0)
    count = known @ sectors.astype(np.float64)
    sums = values @ sectors.astype(np.float64)
    return float(np.nanmean((sums**2 / np.maximum(1, count)).sum(axis=1) / np.square(values).sum(axis=1)))


def variants(panels, plan, distilled):
    """Students with rewards and of labels alone beside those that are published: paired mean log-losses by date."""
    weights, dates = panels.weights["forward"], panels.dates["forward"]
    arm, out = panels.built["real"], {}
    own = panels.values[("forward", "student")]
    keep = {date: at for at, date in enumerate(dates)}
    for name in ("reward", "hard"):
        other = np.full(own.shape, np.nan, np.float32)
        for at, cohort in enumerate(plan):
            values = distilled[("real", at)].variants[name]
            for place, date in enumerate(range(cohort.end, cohort.forward_end)):
                if date in keep:
                    other[:, keep[date]] = values[:, place]
        label = arm.label[dates]

        def loss(p):
            p = np.clip(p.astype(np.float64), LEAST, 1 - LEAST)
            return -np.nanmean(np.where(label == 1, np.log(p), np.log(1 - p)), axis=1)

        ics = [correlations(one, arm.targets[dates, :, 1]) for one in (own[1], other[1])]
        out[name] = {}
        for title, values in (("logLoss", loss(other[0]) - loss(own[0])), ("ic", ics[0] - ics[1])):
            mean, replicates = of_dates(values, weights)
            out[name][title] = {"mean": mean, "confidence": interval(replicates), "p": p_value(mean, replicates)}
    return out


def tests(out, drawn):
    """One-sided, paired by the draws."""
    forward, ranking = out["forward"], out["ranking"]
    found = {}

    def test(name, estimate, replicates):
        found[name] = {"estimate": estimate, "confidence": interval(replicates), "p": p_value(estimate, replicates)}

    for model, fake in (("teacher", "placebo"), ("student", "studentPlacebo")):
        own, other = forward[model], forward[fake]
        mine, its = drawn[("forward", model)], drawn[("forward", fake)]
        test(f"{model}BeatsBaseRate", own["baselineLogLoss"] - own["logLoss"], mine["baselineLogLoss"] - mine["logLoss"])
        test(f"{model}BeatsPooledRate", own["pooledSkill"], mine["pooledSkill"])
        test(f"{model}BeatsPlacebo", own["pooledSkill"] - other["pooledSkill"], mine["pooledSkill"] - its["pooledSkill"])
        test(f"{model}AucBeatsPlacebo", own["cohortAuc"] - other["cohortAuc"], mine["cohortAuc"] - its["cohortAuc"])
        test(f"{model}AucBeatsChance", own["cohortAuc"] - 0.5, mine["cohortAuc"] - 0.5)
        test(f"{model}BeatsEqualWeight", own["activePerYear"], mine["activePerYear"])
        test(f"{model}NetSharpe", own["netSharpe"], mine["netSharpe"])
        test(f"{model}Ranks", ranking[model]["raw"]["5"], drawn[("raw", model, 5)])
        test(f"{model}RanksNeutral", ranking[model]["neutral"]["5"], drawn[("neutral", model, 5)])
        for title, rival in (("Placebo", fake), ("Permuted", "permuted"), ("FactorSum", "factorSum")):
            difference = ranking[model]["neutral"]["5"] - ranking[rival]["neutral"]["5"]
            test(f"{model}NeutralBeats{title}", difference, drawn[("neutral", model, 5)] - drawn[("neutral", rival, 5)])
    return found
