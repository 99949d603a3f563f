import type { AnnouncedProcess } from '../../../../temporal-config/metrics/targets-file.js';
import { announcedProcesses } from '../../../../temporal-config/metrics/targets-file.js';
import { httpCall } from '../../../../data/sources/http-call.js';
import type { Home } from '../../../../data/store/home.js';
import type { WorkerFigures, WorkerProcess } from '../../contract/training.js';
import { workerFigures } from './worker-figures.js';

const ANSWER_WITHIN_MS = 1_500;
/** A worker's answer has some 50 kB. */
const LONGEST_ANSWER = 4 * 1024 * 1024;
/** Processes that are asked, of all that have a file. */
const MOST_PROCESSES = 100;
const WORKER = 'worker-';

/** The worker processes of a home, with what their own metrics say. One that exports none is not among them. */
export async function workerProcesses(home: Home): Promise<WorkerProcess[]> {
  const announced = (await announcedProcesses(home)).filter(({ name }) => name.startsWith(WORKER));
  return Promise.all(
    announced.slice(0, MOST_PROCESSES).map(async (process) => {
      const { name, host, pid } = process;
      return { name, host, pid, figures: await figuresOf(process) };
    }),
  );
}

/** Null where nobody answers in time, or something else than a worker does. */
async function figuresOf({ address }: AnnouncedProcess): Promise<WorkerFigures | null> {
  const url = `http://${address}/metrics`;
  if (!URL.canParse(url)) return null;
  const answer = await httpCall(new URL(url), {
    headers: { accept: 'text/plain' },
    timeoutMs: ANSWER_WITHIN_MS,
    maxBytes: LONGEST_ANSWER,
    signal: new AbortController().signal,
  });
  return answer.status === 200 && 'body' in answer ? workerFigures(answer.body.toString('utf8')) : null;
}
