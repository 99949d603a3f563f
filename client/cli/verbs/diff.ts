import { compareBundles } from '../../../activities/audit/diff/compare-bundles.js';
import { InvalidInputError } from '../../../data/errors.js';
import type { Cli } from '../cli.js';
import { describeDiff } from '../describe-diff.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { findBundle } from '../find-bundle.js';

/** Compares two finished runs, offline; runs that differ are no failure. */
export async function diff(cli: Cli, run: string, other: string, json: boolean): Promise<ExitCode> {
  const found = await Promise.all([findBundle(cli, run), findBundle(cli, other)]);
  const problems = found.flatMap((one) => ('problem' in one ? [one.problem] : []));
  const [before, after] = found.flatMap((one) => ('bundle' in one ? [one.bundle] : []));
  if (before === undefined || after === undefined) throw new InvalidInputError([...new Set(problems)]);
  const compared = await compareBundles(cli.home, before, after);
  cli.out(json ? JSON.stringify(compared) : describeDiff(compared, cli.self));
  return EXIT.ok;
}
