import { InvalidInputError } from '../errors.js';
import type { Interval, SourceName } from '../schemas/run-choices.js';
import type { RunConfig } from '../schemas/run-input.js';
import { checkCsvFolder } from './csv-source.js';
import type { FolderDeps, SourceConfig } from './source.js';

/**
 * Checks that the source of a run can serve it, without reading any series: folders exist and have bars of the
 * universe, and the source has the interval.
 *
 * @throws InvalidInputError naming every wrong folder.
 */
export async function checkSource(
  { source, bars, interval, crossCheck }: SourceConfig & Pick<RunConfig, 'crossCheck'>,
  deps: FolderDeps,
): Promise<void> {
  requireInterval(source, interval);
  const problems: string[] = [];
  if (source === 'csv') problems.push(...(await folderProblems({ bars, interval }, deps)));
  if (crossCheck !== undefined) {
    const found = await folderProblems({ bars: crossCheck, interval }, deps);
    problems.push(...found.map((problem) => problem.replace(/^bars: /, 'crossCheck: ')));
  }
  if (problems.length > 0) throw new InvalidInputError(problems);
}

/** @throws InvalidInputError if a source has no bars of that interval. */
export function requireInterval(source: SourceName, interval: Interval): void {
  if (source === 'yahoo' && interval === '5minute')
    throw new InvalidInputError([
      'interval: yahoo has 5-minute bars of the last few weeks only. Use --interval 1day, or --source breeze',
    ]);
}

async function folderProblems(...folder: Parameters<typeof checkCsvFolder>): Promise<readonly string[]> {
  try {
    await checkCsvFolder(...folder);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return error.problems;
  }
}
