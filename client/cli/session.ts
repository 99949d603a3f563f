import { GurukulError } from '../../data/errors.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import type { Embedded } from '../embedded/embedded.js';
import { startEmbedded } from '../embedded/embedded.js';
import type { Cli } from './cli.js';
import type { Connected } from '../runs/connect.js';
import { withClient } from '../runs/connect.js';
import type { ExitCode } from './exit.js';
import { EXIT } from './exit.js';
import type { Interrupts } from './interrupt.js';
import { takeInterrupts } from './interrupt.js';

/** A server to talk to, perhaps one of our own, and the user's Ctrl-C. */
export interface Session extends Connected {
  /** Present when server and workers live with this command. */
  readonly embedded: Embedded | undefined;
  readonly interrupts: Interrupts;
}

/** Works on the Temporal server that the environment names. */
export async function withRemote(work: (session: Session) => Promise<ExitCode>): Promise<ExitCode> {
  const interrupts = takeInterrupts();
  try {
    return await withClient(undefined, (connected) =>
      work({ ...connected, embedded: undefined, interrupts }),
    );
  } finally {
    interrupts.dispose();
  }
}

/**
 * Brings a server and workers of its own, works, and ends them in order, however the work ended.
 */
export async function withEmbedded(
  cli: Cli,
  accelerator: RunInput['accelerator'],
  work: (session: Session & { readonly embedded: Embedded }) => Promise<ExitCode>,
): Promise<ExitCode> {
  const interrupts = takeInterrupts();
  try {
    cli.note('starting the Temporal server and the workers …');
    const embedded = await startEmbedded({
      home: cli.home,
      packageRoot: cli.packageRoot,
      accelerator,
      report: cli.note,
      signal: interrupts.signal,
    });
    try {
      cli.note(`Web UI: ${embedded.uiUrl}`);
      const { address, namespace } = embedded;
      return await withClient({ address, namespace }, (connected) =>
        work({ ...connected, embedded, interrupts }),
      );
    } finally {
      if (interrupts.signal.aborted)
        cli.note('ending the workers in order (Ctrl-C again ends them at once) …');
      await embedded.stop(interrupts.again);
    }
  } catch (error) {
    if (interrupts.signal.aborted && error instanceof GurukulError && error.type === 'Cancelled') {
      return EXIT.interrupted;
    }
    throw error;
  } finally {
    interrupts.dispose();
  }
}
