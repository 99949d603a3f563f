import { expect } from 'chai';

import type { Home } from '../../../data/store/home.js';
import type { Ended } from './gurukul-process.js';
import { gurukulHere } from './gurukul-here.js';

/** Commands of one home, with what is expected of their end. */
export interface GurukulAsked {
  readonly run: (...args: readonly string[]) => Promise<Ended>;
  /** Runs a command that ends well. @returns What it printed. */
  readonly done: (...args: readonly string[]) => Promise<string>;
  /** Runs a command that is refused. @returns Why. */
  readonly refused: (...args: readonly string[]) => Promise<string>;
}

/** @param where Asked at each command, since a home and a server are there only when tests run. */
export function gurukulAsked(where: () => { readonly home: Home; readonly address: string }): GurukulAsked {
  const run = async (...args: readonly string[]): Promise<Ended> => gurukulHere(args, where());
  return {
    run,
    done: async (...args) => {
      const { status, stdout, stderr } = await run(...args);
      expect(status, `${args.join(' ')}: ${stderr}`).to.equal(0);
      return stdout.trim();
    },
    refused: async (...args) => {
      const { status, stdout, stderr } = await run(...args);
      expect([status, stdout], `${args.join(' ')}: ${stderr}`).to.deep.equal([2, '']);
      return stderr.trim();
    },
  };
}
