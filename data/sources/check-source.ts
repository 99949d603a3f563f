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
  config: SourceConfig & Pick<RunConfig, 'crossCheck'>,
  deps: FolderDeps,
): Promise<void> {
  const { source, interval, crossCheck } = config;
  requireInterval(source, interval);
  const problems = fileFlagProblems(config);
  if (source === 'csv') problems.push(...(await folderProblems(config, deps)));
  if (crossCheck !== undefined) {
    const found = await folderProblems({ bars: crossCheck, interval }, deps);
    problems.push(...found.map((problem) => problem.replace(/^bars: /, 'crossCheck: ')));
  }
  if (problems.length > 0) throw new InvalidInputError(problems);
}

/** Choices that say how bar files are read, without bar files, or without times of day. */
function fileFlagProblems({ source, interval, format, dateFormat, stamps }: SourceConfig): string[] {
  const problems: string[] = [];
  for (const [key, value] of Object.entries({ format, dateFormat, stamps }))
    if (value !== undefined && source !== 'csv')
      problems.push(`${key}: applies to bar files only, and the source is ${source}; add --source csv`);
  if (stamps !== undefined && source === 'csv' && interval === '1day')
    problems.push('stamps: applies to bars within a day only, and the interval is 1day');
  return problems;
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
