import { Gauge } from 'prom-client';

import { TRIGGERS } from '../../data/schemas/champion-review.js';
import type { Home } from '../../data/store/home.js';
import { readHomeFigures } from './home-figures.js';
import type { ProcessMetrics } from './process-metrics.js';

/**
 * Adds figures of the home itself, read from its files whenever somebody asks. Several processes of a home export them:
 * a sum over processes would count them several times, so ask for their maximum by `home`.
 */
export function addHomeMetrics(
  { registry, beforeAnswers }: ProcessMetrics,
  home: Home,
  now: () => number = Date.now,
): void {
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const waiting = gauge('gurukul_decisions_waiting', 'Bundles that wait for a decision.');
  const longest = gauge(
    'gurukul_decision_waiting_seconds',
    'Seconds that the bundle has waited for a decision that has waited longest; 0 where none waits.',
  );
  const score = gauge(
    'gurukul_score_age_seconds',
    'Seconds since the champion last scored, or since it is champion; absent without a champion.',
  );
  const age = gauge(
    'gurukul_champion_age_seconds',
    'Seconds since the champion was made one; absent without.',
  );
  const triggers = gauge(
    'gurukul_champion_trigger_fired',
    'Whether this trigger of the champion has fired and its review is open; absent without a champion.',
    ['trigger'],
  );
  const readable = gauge(
    'gurukul_home_readable',
    'Whether the figures of the home could be read: 0 where its log of decisions is broken.',
  );
  beforeAnswers(async () => {
    for (const one of [waiting, longest, score, age]) one.remove();
    triggers.reset();
    const figures = await readHomeFigures(home).catch(() => undefined);
    readable.set(figures === undefined ? 0 : 1);
    if (figures === undefined) return;
    const secondsSince = (time: number): number => Math.max(0, (now() - time) / 1000);
    waiting.set(figures.waitingSince.length);
    longest.set(Math.max(0, ...figures.waitingSince.map(secondsSince)));
    const { champion } = figures;
    if (champion === undefined) return;
    age.set(secondsSince(champion.since));
    score.set(secondsSince(champion.scoredAt ?? champion.since));
    for (const trigger of TRIGGERS) triggers.set({ trigger }, champion.fired.includes(trigger) ? 1 : 0);
  });
}
