import type { AnnouncedProcess } from '../../../../temporal-config/metrics/targets-file.js';
import { announcedProcesses } from '../../../../temporal-config/metrics/targets-file.js';
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
  try {
    const answer = await fetch(`http://${address}/metrics`, {
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (!answer.ok || answer.body === null) return null;
    return workerFigures(await boundedText(answer.body));
  } catch {
    return null;
  }
}

async function boundedText(body: ReadableStream<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    if (length > LONGEST_ANSWER) throw new Error('the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
