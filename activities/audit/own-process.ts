import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';

import { z } from 'zod';

import { COMPUTE_FLAGS } from '../../data/compute-flags.js';
import { ERROR_TYPES, GurukulError, asGurukulError } from '../../data/errors.js';
import { withoutSecrets } from '../../data/secrets/secrets.js';
import { compiledRoot } from '../../data/store/package-root.js';
import { heartbeat, withHeartbeats } from '../heartbeat.js';

/** A compiled program of this folder that is asked one thing, answers it, and ends. */
type OwnProcess = 'figures-process.js' | 'verification-process.js';

const said = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('beat'), details: z.unknown() }),
  z.strictObject({ kind: z.literal('answer'), answer: z.unknown() }),
  z.strictObject({
    kind: z.literal('error'),
    error: z.strictObject({ type: z.enum(ERROR_TYPES), message: z.string() }),
  }),
]);
type Said = z.output<typeof said>;

/** What is computed from less is there sooner than a process has started. */
const WORTH_A_PROCESS = 1_048_576;

/** Whether the work on these files is worth the start of a process. */
export function isWorthAProcess(files: readonly { readonly bytes: number }[]): boolean {
  return files.reduce((sum, { bytes }) => sum + bytes, 0) >= WORTH_A_PROCESS;
}

const OUT_OF_MEMORY = /out of memory|allocation failed/i;
/** Of its standard error; V8 says there why it gives up. */
const KEPT_CHARACTERS = 4096;

/**
 * Asks a process of its own: what it needs to answer is given back to the system when it ends, and it shares nothing
 * with who asks. Its heartbeats are passed on. It ends with this process, and with the thread that asks.
 *
 * @throws GurukulError as the process says; OutOfMemory or TrainerCrashed when it ends without an answer.
 */
export async function askProcess<Answer>(
  program: OwnProcess,
  question: unknown,
  answers: z.ZodType<Answer>,
): Promise<Answer> {
  const child = fork(path.join(compiledRoot, 'activities', 'audit', program), [], {
    execArgv: [...process.execArgv.filter((flag) => flag === '--enable-source-maps'), ...COMPUTE_FLAGS],
    env: withoutSecrets(process.env),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const printed = keepLast(child);
  try {
    const answer = await new Promise<unknown>((resolve, reject) => {
      child.on('message', (message) => {
        const heard = said.parse(message);
        if (heard.kind === 'beat') heartbeat(heard.details);
        else if (heard.kind === 'answer') resolve(heard.answer);
        else reject(new GurukulError(heard.error.type, heard.error.message));
      });
      child.once('error', reject);
      child.once('close', (code, signal) =>
        reject(lost(program, signal ?? `code ${String(code)}`, printed())),
      );
      child.send({ question }, (error) => {
        if (error !== null) reject(error);
      });
    });
    return answers.parse(answer);
  } finally {
    if (child.connected) child.disconnect();
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
}

function keepLast(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(-KEPT_CHARACTERS);
  });
  return () => text;
}

/** A SIGKILL leaves no message: the kernel is its likeliest sender. */
function lost(program: string, how: string, printed: string): GurukulError {
  const tail = printed.trim() === '' ? '' : `: ${printed.trim()}`;
  return how === 'SIGKILL' || OUT_OF_MEMORY.test(printed)
    ? new GurukulError('OutOfMemory', `${program} ended by ${how}, most likely for want of memory${tail}`)
    : new GurukulError('TrainerCrashed', `${program} ended by ${how} before it had answered${tail}`);
}

/** In such a process: answers the one question, and ends; at once when nobody waits for the answer any more. */
export async function answerOnce<Question>(
  questions: z.ZodType<Question>,
  answer: (question: Question) => Promise<unknown>,
): Promise<void> {
  process.once('disconnect', () => process.exit());
  const heard: unknown[] = await once(process, 'message');
  const say = (what: Said, then: () => void = () => undefined): void => void process.send?.(what, then);
  say(
    await withHeartbeats(
      (details) => say({ kind: 'beat', details }),
      async () => answerTo(heard[0], questions, answer),
    ),
    () => process.disconnect(),
  );
}

async function answerTo<Question>(
  message: unknown,
  questions: z.ZodType<Question>,
  answer: (question: Question) => Promise<unknown>,
): Promise<Said> {
  try {
    const { question } = z.object({ question: questions }).parse(message);
    return { kind: 'answer', answer: await answer(question) };
  } catch (error) {
    const { type, message: text } = asGurukulError(error);
    return { kind: 'error', error: { type, message: text } };
  }
}
