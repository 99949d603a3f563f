import type { FileRef } from '../../../data/schemas/file-ref.js';
import { fileRefSchema } from '../../../data/schemas/file-ref.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import { createTrainer } from '../../../workers/trainer/supervisor.js';
import { COHORT, CONFIG } from './stored-universe.js';

/*
 * A process that starts a trainer, reports its pid, and kills itself in the first fit: told to from outside, it would
 * be late on a busy machine, where the fit may have ended. Arguments: home, ingest, run.
 */

const [, , root = '', ingestText = '', runId = ''] = process.argv;
const ingest: FileRef = fileRefSchema.parse(JSON.parse(ingestText));
const trainer = createTrainer({
  home: new Home(root),
  packageRoot,
  accelerator: 'cpu',
  checkpointEveryMs: 60_000,
  log: {
    debug: () => undefined,
    info: (details) => process.send?.(details),
    warn: () => undefined,
  },
});
await trainer.run(
  { kind: 'prior', arm: 'real', config: { ...CONFIG, runId }, cohort: COHORT, ingest, reuse: 'own' },
  {
    signal: new AbortController().signal,
    onProgress: ({ phase }) => {
      if (phase === 'fit') process.kill(process.pid, 'SIGKILL');
    },
  },
);
