import { InvalidInputError } from '../errors.js';
import { openCsvSource } from './csv-source.js';
import type { BarSource, SourceConfig, SourceDeps } from './source.js';
import { openSyntheticSource } from './synthetic/synthetic-source.js';

/**
 * Opens the source that a run names.
 *
 * @throws InvalidInputError when it cannot serve the run: a missing folder, files of another format, an
 * interval that it does not have, a source that this version does not have.
 */
export async function openSource(config: SourceConfig, deps: SourceDeps): Promise<BarSource> {
  switch (config.source) {
    case 'csv':
      return openCsvSource(config, deps);
    case 'synthetic':
      return openSyntheticSource(config, deps);
    case 'breeze':
    case 'yahoo':
      throw new InvalidInputError([
        `source: ${config.source} is not available yet in this version: use csv or synthetic`,
      ]);
  }
}
