"""The student of a cohort: both heads from what models said of rows that they had not learnt from."""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

import basis
from cohorts import blocks, clearly_better, spaced
from probability import CLIP, logistic, random_units

UNITS, FADING = 48, 60
TEMPERATURES = (1, 4)
PROBABILITY_GRID = [(heat, soft, ridge) for heat in TEMPERATURES for soft in (1, 0.5) for ridge in (0.1, 0.01)]
SCORE_GRID = [(soft, ridge) for soft in (1, 0.5) for ridge in (0.1, 0.01)] + [(0, 3)]
REWARDS = ("none", "linear", "exponential")
HARD_RIDGE, LEAST_ROWS, LEAST = 1.0, 100, 1e-6


@dataclass
class Distilled:
    """Panels as those of teachers; the variants are the student with (or without) rewards, and that of labels alone."""

    probability: np.ndarray
    score: np.ndarray
    variants: dict
    fidelity: dict
    trials: int
    models: dict


class Distiller:
    def __init__(self, built, plan, taught, task):
        self.built, self.plan, self.taught, self.task = built, plan, taught, task

    def __call__(self, job):
        name, at = job
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return distill(self.built[name], at, self.plan, {key[1]: own for key, own in self.taught.items() if key[0] == name}, self.task)


def soft_rows(arm, at, plan, taught):
    """Mean logits and scores of rows of the past, out of fold, and what they weigh."""
    cohort, shape = plan[at], arm.label.shape
    sums = np.zeros((2, 3, *shape))
    said = [(taught[at].logits, taught[at].scores)]
    if at > 0:
        said.append((taught[at - 1].logits, taught[at - 1].scores))
        before = plan[at - 1]
        forward = np.full((2, *shape), np.nan, np.float32)
        part = slice(before.end - before.start, None)
        forward[0, before.end : before.forward_end] = logit(np.clip(taught[at - 1].probability[part], LEAST, 1 - LEAST))
        forward[1, before.end : before.forward_end] = taught[at - 1].score[part]
        said.append(tuple(forward))
    for pair in said:
        for head, values in enumerate(pair):
            known = np.isfinite(values)
            values = np.where(known, values, 0)
            sums[head] += (known, values, np.square(values))
    age = cohort.end - np.arange(shape[0])[:, None]
    fading = 0.5 ** (age / FADING)
    out = []
    for count, total, square in sums:
        mean = np.where(count > 0, total / np.maximum(1, count), np.nan)
        spread = np.sqrt(np.maximum(0, square / np.maximum(1, count) - mean**2))
        several = (count > 1) & (spread > 0)
        median = np.median(spread[several]) if several.any() else 1
        weight = np.where(count > 1, 1 / (1 + (spread / median) ** 2), 0.5)
        out.append((mean, weight * fading))
    return out


class Design:
    """What the columns of both heads are made of, fixed before anything is learnt."""

    def __init__(self, arm, date, symbol, seed):
        self.arm = arm
        features, relative = arm.features[date, symbol], arm.relative[date, symbol]
        self.centre, self.spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
        self.relative_spread = np.maximum(relative.std(axis=0), 1e-9)
        random = np.random.default_rng([seed, 4])
        self.units = random_units(features.shape[1], UNITS, random)
        self.rank_units = random_units(len(arm.rank_names), UNITS, random)

    def probability(self, date, symbol):
        scaled = np.clip((self.arm.features[date, symbol] - self.centre) / self.spread, -CLIP, CLIP)
        within = np.clip(self.arm.relative[date, symbol] / self.relative_spread, -CLIP, CLIP)
        one = np.ones((len(scaled), 1), np.float32)
        return np.hstack([scaled, within, np.tanh(np.hstack([scaled, one]) @ self.units), one]).astype(np.float32)

    def score(self, date, symbol):
        ranks = self.arm.ranks[date, symbol]
        one = np.ones((len(ranks), 1), np.float32)
        # Ranks have a deviation of about 0.29; the units take standardised inputs.
        units = np.tanh(np.hstack([np.sqrt(12) * ranks, one]) @ self.rank_units)
        return np.hstack([basis.terms(ranks, self.arm.state[date], self.arm.rank_names), units]).astype(np.float32)


def solve(gram, right, ridge):
    size = np.maximum(np.diag(gram), 1e-9)
    return np.linalg.solve(gram + np.diag(ridge * size), right)


class Blocks:
    """Sums of the rows that are resolved before each bound."""

    def __init__(self, design, ends):
        self.design, self.ends = design, ends

    def sums(self, weight, targets):
        """Cumulative grams and products, one per bound. @param targets [rows x targets], already weighted."""
        grams, rights, low = [], [], 0
        gram = right = 0
        for high in self.ends:
            part = self.design[low:high]
            gram = gram + (part.T @ (weight[low:high, None] * part)).astype(np.float64)
            right = right + (part.T @ targets[low:high]).astype(np.float64)
            grams.append(gram)
            rights.append(right)
            low = high
        return grams, rights


def daily(values, date, first, last):
    """Mean over the rows of each date."""
    count = np.bincount(date, minlength=last)[first:last]
    total = np.stack([np.bincount(date, one, last)[first:last] for one in values.T], axis=1)
    return total / np.where(count > 0, count, np.nan)[:, None]


def daily_correlation(scores, target, date, last):
    known = np.isfinite(target)
    scores, target, date = scores[known].astype(np.float64), target[known].astype(np.float64), date[known]
    count = np.bincount(date, minlength=last)[:, None]

    def total(values):
        return np.stack([np.bincount(date, one, last) for one in values.T], axis=1)

    x, xx, xy = total(scores), total(scores**2), total(scores * target[:, None])
    y, yy = total(target[:, None]), total(target[:, None] ** 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        out = (xy - x * y / count) / np.sqrt((xx - x**2 / count) * (yy - y**2 / count))
    return np.where(count >= 5, out, np.nan)


def distill(arm, at, plan, taught, task):
    cohort, horizon = plan[at], task["horizon"]
    until = cohort.end - horizon
    (soft_logit, logit_weight), (soft_score, score_weight) = soft_rows(arm, at, plan, taught)
    usable = arm.complete[:until] & np.isfinite(arm.label[:until])
    taught_rows = usable & np.isfinite(soft_logit[:until])
    alone = not taught_rows.any()
    date, symbol = np.nonzero(usable if alone else taught_rows)
    kept = spaced(date, symbol, len(date), horizon)
    date, symbol = date[kept], symbol[kept]
    label = arm.label[date, symbol].astype(np.float64)
    target = arm.targets[date, symbol].mean(axis=1)
    design = Design(arm, date, symbol, task["seed"])
    own, ranked = design.probability(date, symbol), design.score(date, symbol)
    bounds, tests = blocks(np.unique(np.nonzero(usable)[0]), cohort.validation)
    ends = [int(np.searchsorted(date, bound - horizon)) for bound in bounds] + [len(date)]
    starts = [int(np.searchsorted(date, bound)) for bound in bounds]
    tests = [test for test in tests if ends[test - 1] >= LEAST_ROWS and starts[test] > starts[test - 1]]
    fits = {"early": len(bounds) - 1, "final": len(bounds)}

    def hard(which):
        """Learnt from labels alone."""
        rows = slice(0, ends[which])
        rate = (label[rows].sum() + 0.5) / (len(label[rows]) + 1)
        size = HARD_RIDGE * rate * (1 - rate) * np.square(own[rows], dtype=np.float64).sum(axis=0)
        size[-1] = 0
        known = np.isfinite(target[rows])
        part = ranked[rows][known]
        gram = (part.T @ part).astype(np.float64)
        return (
            logistic(own[rows].astype(np.float64), label[rows], np.ones(ends[which]), size),
            solve(gram, (part.T @ target[rows][known]).astype(np.float64), SCORE_GRID[-1][1]),
        )

    last = cohort.end
    if alone:
        weights = {name: hard(which) for name, which in fits.items()}
        rewarded, chosen = weights, (0, 0, 0)
    else:
        teacher, weight = soft_logit[date, symbol], logit_weight[date, symbol]
        spoken, score_weights = soft_score[date, symbol], score_weight[date, symbol]
        weight, score_weights = weight / weight.mean(), score_weights / np.nanmean(score_weights)
        known = np.isfinite(spoken) & np.isfinite(target)
        reward = rewards(arm, date, symbol, spoken)
        factors = {"none": np.ones(len(date)), "linear": 1 + reward, "exponential": np.exp(reward)}
        p = expit(teacher)
        softened = {heat: weight * expit(teacher / heat) * (1 - expit(teacher / heat)) for heat in TEMPERATURES}

        def probability_sums(factor):
            out = {}
            for heat in TEMPERATURES:
                own_weight = (factor * softened[heat]).astype(np.float32)
                wanted = np.stack([own_weight * teacher, factor * weight * (label - p)], axis=1).astype(np.float32)
                out[heat] = Blocks(own, ends).sums(own_weight, wanted)
            return out

        def probability_weights(sums, candidate, which):
            heat, soft, ridge = candidate
            (gram, right), (plain, plain_right) = ([of[which] for of in sums[one]] for one in (heat, 1))
            first = soft * right[:, 0] + (1 - soft) * plain_right[:, 0] + (1 - soft) * right[:, 1]
            return solve(soft * gram + (1 - soft) * plain, first, ridge)

        def score_sums(factor):
            own_weight = np.where(known, factor * score_weights, 0).astype(np.float32)
            wanted = own_weight[:, None] * np.nan_to_num(np.stack([spoken, target], axis=1))
            return Blocks(ranked, ends).sums(own_weight, wanted.astype(np.float32))

        def score_weights_of(sums, candidate, which):
            soft, ridge = candidate
            grams, rights = sums
            return solve(grams[which], soft * rights[which][:, 0] + (1 - soft) * rights[which][:, 1], ridge)

        plain = probability_sums(factors["none"])
        by_reward = {name: score_sums(factor) for name, factor in factors.items()}
        judged_until = cohort.validation - horizon
        best, best_score, best_reward = 0, 0, 0
        if tests:
            losses, figures = [], []
            for test in tests:
                rows = slice(starts[test - 1], int(np.searchsorted(date, min(bounds[test], judged_until))))
                z = own[rows] @ np.stack([probability_weights(plain, one, test - 1) for one in PROBABILITY_GRID], axis=1)
                loss = np.logaddexp(0, z) - label[rows, None] * z
                losses.append(-daily(loss, date[rows], bounds[test - 1], bounds[test]))
                scores = ranked[rows] @ np.stack(
                    [score_weights_of(by_reward["none"], one, test - 1) for one in SCORE_GRID], axis=1
                )
                figures.append(daily_correlation(scores, target[rows], date[rows], last))
            best = clearly_better(np.concatenate(losses), 0)
            best_score = clearly_better(np.concatenate(figures), 0)
            figures = []
            for test in tests:
                rows = slice(starts[test - 1], int(np.searchsorted(date, min(bounds[test], judged_until))))
                weights = [score_weights_of(by_reward[name], SCORE_GRID[best_score], test - 1) for name in REWARDS]
                figures.append(daily_correlation(ranked[rows] @ np.stack(weights, axis=1), target[rows], date[rows], last))
            best_reward = clearly_better(np.concatenate(figures), 0)
        chosen = (best, best_score, best_reward)
        # The student beside it has rewards where this one has none.
        other = best_reward if best_reward else 1
        sums = probability_sums(factors[REWARDS[other]])
        plain_student, rewarded = (
            {
                name: (
                    probability_weights(of, PROBABILITY_GRID[best], which),
                    score_weights_of(by_reward[kind], SCORE_GRID[best_score], which),
                )
                for name, which in fits.items()
            }
            for of, kind in ((plain, "none"), (sums, REWARDS[other]))
        )
        weights, rewarded = (rewarded, plain_student) if best_reward else (plain_student, rewarded)

    own_taught = taught[at]
    asked = np.isfinite(own_taught.probability)
    place, who = np.nonzero(asked)
    days = place + cohort.start
    forward = days >= cohort.end
    columns = design.probability(days, who), design.score(days, who)

    def panel(early, final):
        out = np.full((2, *asked.shape), np.nan, np.float32)
        for head in (0, 1):
            values = np.where(forward, columns[head] @ final[head], columns[head] @ early[head])
            out[head][place, who] = expit(values) if head == 0 else values
        return out

    probability, score = panel(weights["early"], weights["final"])
    final_hard = hard(fits["final"])
    return Distilled(
        probability=probability,
        score=score,
        variants={
            "reward": panel(rewarded["final"], rewarded["final"])[:, cohort.end - cohort.start :],
            "hard": panel(final_hard, final_hard)[:, cohort.end - cohort.start :],
        },
        fidelity=fidelity(own_taught, probability, score, cohort),
        trials=len(PROBABILITY_GRID) + len(SCORE_GRID) + len(REWARDS),
        models={"probability": weights["final"][0], "score": weights["final"][1], "chosen": np.array(chosen)},
    )


def rewards(arm, date, symbol, score):
    """Agreement of the score's sign with the return relative to its day's mean, in two deviations, clipped to 1."""
    returns = arm.forward_return[date, symbol]
    count = np.maximum(1, np.bincount(date))
    mean = np.bincount(date, returns) / count
    left = returns - mean[date]
    deviation = np.sqrt(np.bincount(date, left**2) / count)[date]
    return np.nan_to_num(np.clip(np.sign(score) * left / np.maximum(2 * deviation, 1e-12), -1, 1))


def fidelity(taught, probability, score, cohort):
    """How close the student comes to its teachers on forward rows."""
    part = slice(cohort.end - cohort.start, None)
    p, q = (np.clip(one[part].astype(np.float64), LEAST, 1 - LEAST) for one in (taught.probability, probability))
    return {
        "kl": float(np.nanmean(p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q)))),
        "agreement": float(np.mean(np.sign(taught.score[part]) == np.sign(score[part]))),
        "meanAbsoluteDifference": float(np.nanmean(np.abs(p - q))),
    }
