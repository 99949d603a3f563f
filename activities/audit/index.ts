import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import { GurukulError } from '../../data/errors.js';
import { readLog } from '../../data/decisions/decision-log.js';
import type { RunRecord } from '../../data/schemas/bundle.js';
import { briefingSchema } from '../../data/schemas/briefing.js';
import { bundleConfigSchema, bundleIngestSchema } from '../../data/schemas/bundle.js';
import { isNewAlgorithm } from '../../data/logic/logic-digest.js';
import { logicSchema } from '../../data/schemas/logic.js';
import type { DecisionsHead } from '../../data/schemas/decisions-head.js';
import { metricsSchema, statTestsSchema } from '../../data/schemas/metrics.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { codeVersion } from '../../data/store/code-version.js';
import { earlierAlgorithms } from '../../data/logic/earlier-algorithms.js';
import type { Home } from '../../data/store/home.js';
import { countTrials } from '../../data/telemetry/trial-ledger.js';
import { trialScope } from '../model/trials.js';
import { heartbeat } from '../heartbeat.js';
import type { Advice, AuditActivities } from './activities.js';
import { collectSources } from './collect-sources.js';
import { deriveFiles } from './derived-files.js';
import { readJsonFile } from './bundle-facts.js';
import { BUNDLE, UNCOVERED, bundleDigest, bundleJson, entriesOf } from './bundle-layout.js';
import { statementOf } from './provenance.js';
import { putInPlace } from './put-in-place.js';
import { modelKey } from '../../data/signing/model-key.js';
import { keyId, publicKeyPem, signingKey } from '../../data/signing/signing.js';
import { signBundle } from './sign-bundle.js';
import { trialRecord } from '../figures/trial-record.js';
import { verifyElsewhere } from './verify-elsewhere.js';
import { problemOf } from './verify-report.js';

/** Dependencies of the audit activities, from the worker. */
export interface AuditDeps {
  readonly home: Home;
  /** Folder of package.json; the provenance contains its version. */
  readonly packageRoot: string;
  readonly task: AuditTask;
}

/** The activity that a bundle is written for. */
export interface AuditTask {
  readonly workflowId: string;
  /** When Temporal scheduled it, milliseconds since 1970. */
  readonly scheduledMs: number;
}

/** The activities of the step audit. */
export function createAuditActivities({
  home,
  packageRoot,
  task,
}: AuditDeps): Pick<AuditActivities, 'auditBundle'> {
  return {
    async auditBundle(request) {
      const { files: sources, backends, cohortBackends } = await collectSources(home, request, packageRoot);
      heartbeat('texts and plots');
      const covered = new Map([...sources, ...(await deriveFiles(sources))]);
      const entries = entriesOf(covered);
      const digest = bundleDigest(entries);

      const barsDigest = readJsonFile(sources, BUNDLE.ingest, bundleIngestSchema).digest;
      const bundleKey = await signingKey(home.signingKey());
      const keys = { bundle: bundleKey, model: await modelKey(home, bundleKey) };
      const { digest: logic } = readJsonFile(sources, BUNDLE.logic, logicSchema);
      const earlier = await earlierAlgorithms(home, request.config.runId, BUNDLE.logic);
      const record = recordOf(
        request.config,
        { digest: logic, isNew: earlier.every((one) => isNewAlgorithm(one, { digest: logic })) },
        await decisionsHead(home),
        task,
        trialRecord(
          readJsonFile(sources, BUNDLE.statTests, statTestsSchema),
          readJsonFile(sources, BUNDLE.metrics, metricsSchema).options.trials,
          await countTrials(home, trialScope(request.config, barsDigest)),
        ),
      );
      const recordFile = bundleJson(record);
      const statement = bundleJson(
        statementOf({
          digest,
          covered: entries,
          config: readJsonFile(sources, BUNDLE.config, bundleConfigSchema),
          barsDigest,
          backends,
          cohortBackends,
          codeVersion: await codeVersion(),
          packageVersion: await packageVersion(packageRoot),
          record,
          recordFile,
          modelKey: Buffer.from(publicKeyPem(keys.model)),
        }),
      );
      const manifest = { format: 'gurukul-audit-bundle/1', digest, covered: entries, uncovered: UNCOVERED };
      const files = signBundle(
        new Map<string, Uint8Array>([
          ...covered,
          [BUNDLE.manifest, bundleJson(manifest)],
          [BUNDLE.run, recordFile],
          [BUNDLE.statement, statement],
        ]),
        keys,
        request.config.runId,
      );
      const bundle = await putInPlace(home, request.config.runId, files, async (folder) => {
        heartbeat('verifying');
        const report = await verifyElsewhere(folder, entries, {
          keyId: keyId(publicKeyPem(bundleKey)),
          from: 'home',
        });
        if (!report.ok) throw new GurukulError('Bug', `the new bundle does not verify: ${problemOf(report)}`);
      });
      return { bundle, digest, files: files.size, advice: adviceOf(files) };
    },
  };
}

/** What the briefing recommends, and which gates do not pass. */
function adviceOf(files: ReadonlyMap<string, Uint8Array>): Advice {
  const { recommendation, gates = [] } = readJsonFile(files, BUNDLE.briefingJson, briefingSchema);
  return {
    recommendation,
    gates: gates.length,
    unmet: gates.flatMap(({ question, verdict }) => (verdict === 'pass' ? [] : [`${question} ${verdict}`])),
  };
}

/** Time, host and ids of this run; the time is when Temporal scheduled the audit. */
function recordOf(
  { author, ...input }: RunConfig,
  algorithm: RunRecord['algorithm'],
  decisions: DecisionsHead | null,
  { workflowId, scheduledMs }: AuditTask,
  trials: RunRecord['trials'],
): RunRecord {
  return {
    runId: input.runId,
    workflowId,
    auditedAt: new Date(scheduledMs).toISOString(),
    host: os.hostname(),
    node: process.version,
    input,
    author: author ?? null,
    decisions,
    algorithm,
    trials,
  };
}

/** The newest entry of the home's log of decisions; null where it does not verify, which is for a person to settle. */
async function decisionsHead(home: Home): Promise<DecisionsHead | null> {
  try {
    return (await readLog(home)).end;
  } catch (error) {
    if (error instanceof GurukulError && (error.type === 'ChecksumMismatch' || error.type === 'InvalidInput'))
      return null;
    throw error;
  }
}

async function packageVersion(packageRoot: string): Promise<string> {
  const text = await readFile(path.join(packageRoot, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
