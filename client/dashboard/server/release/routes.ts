import type { FastifyInstance } from 'fastify';

import { readDecisions } from '../../../../data/decisions/decisions.js';
import { errorMessage } from '../../../../data/errors.js';
import { scoreOutcomesSchema } from '../../../../data/schemas/score-outcomes.js';
import type { Home } from '../../../../data/store/home.js';
import { readStoredJson } from '../../../../data/store/stored-files.js';
import type {
  BriefingAnswer,
  BundlesAnswer,
  ChampionAnswer,
  OutcomeLine,
  Verification,
} from '../../contract/release.js';
import { RecentAnswers } from '../recent-answers.js';
import { runParam } from '../runs.js';
import { listBundles, readBundleHead } from './bundles.js';
import { provenanceOf } from './provenance.js';
import type { VerifyBundle } from './verifications.js';
import { Verifications } from './verifications.js';

/** What the release tab needs from the command line. */
export interface ReleaseSource {
  /** What `gurukul champion show` finds. @throws GurukulError ChecksumMismatch when the log is broken. */
  readonly champion: () => Promise<Pick<ChampionAnswer, 'champion' | 'shadow'>>;
  readonly verify: VerifyBundle;
}

/** Newest days of a model's outcomes that the page draws. */
const DAYS = 500;

/** Bundles, briefings, and the champion. */
export function addReleaseRoutes(app: FastifyInstance, home: Home, source: ReleaseSource): void {
  const verifications = new Verifications(source.verify);
  const champions = new RecentAnswers<ChampionAnswer>(1_000);
  app.get('/api/bundles', async (): Promise<BundlesAnswer> => {
    const of = (runId: string, digest: string): Verification | null => verifications.of(runId, digest);
    return { bundles: await listBundles(home, of) };
  });
  app.get('/api/bundles/:run', async ({ params }): Promise<BriefingAnswer> => {
    const runId = runParam(params);
    const { folder, manifest, briefing } = await readBundleHead(home, runId);
    return { runId, briefing, provenance: await provenanceOf(folder, manifest, briefing) };
  });
  app.post('/api/bundles/:run/verify', async ({ params }) => {
    const runId = runParam(params);
    const { manifest } = await readBundleHead(home, runId);
    return { result: verifications.start(runId, manifest.digest), notes: [] };
  });
  app.get('/api/champion', async () => champions.get('', async () => championAnswer(home, source)));
}

async function championAnswer(home: Home, source: ReleaseSource): Promise<ChampionAnswer> {
  try {
    const [{ champion, shadow }, decisions] = await Promise.all([source.champion(), readDecisions(home)]);
    return {
      champion,
      shadow,
      history: [...decisions].reverse(),
      outcomes: await outcomesOf(home),
      problem: null,
    };
  } catch (error) {
    return { champion: null, shadow: null, history: [], outcomes: [], problem: errorMessage(error) };
  }
}

async function outcomesOf(home: Home): Promise<OutcomeLine[]> {
  const outcomes = await readStoredJson(home, home.scoreOutcomes(), scoreOutcomesSchema).catch(
    () => undefined,
  );
  return (outcomes?.models ?? []).map(
    ({ role, run, sessions, rows, logLoss, baselineLogLoss, ece, neutralIc, days }) => ({
      ...{ role, run, sessions, rows, logLoss, baselineLogLoss, ece, neutralIc },
      days: days.slice(-DAYS).map((day) => ({
        date: day.date,
        logLoss: day.logLoss,
        baselineLogLoss: day.baselineLogLoss,
        neutralIc: day.neutralIc,
      })),
    }),
  );
}
