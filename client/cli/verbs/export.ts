import path from 'node:path';

import { exportTeacher } from '../../../activities/audit/export-teacher.js';
import { InvalidInputError } from '../../../data/errors.js';
import { RUN_ID_PATTERN } from '../../../data/schemas/run-choices.js';
import { sha256 } from '../../../data/store/digests.js';
import { createFolder } from '../../../data/store/new-folder.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { unknownRun } from '../find-run.js';
import { formatBytes, plural } from '../format.js';
import type { JsonFlags } from '../shared-flags.js';
import { readInputFile } from '../../runs/run-files.js';

export interface ExportFlags extends JsonFlags {
  readonly out?: string;
}

/** Writes the complete model of one window of a run to a new folder. */
export async function exportModel(
  cli: Cli,
  { run, symbol, date }: { readonly run: string; readonly symbol: string; readonly date: string },
  { out, json = false }: ExportFlags,
): Promise<ExitCode> {
  const config = RUN_ID_PATTERN.test(run) ? await readInputFile(cli.home, run) : undefined;
  if (config === undefined) throw new InvalidInputError([await unknownRun(cli.home, run)]);
  const { window, inputs, files } = await exportTeacher(cli.home, config, symbol, date);
  const folder = path.resolve(cli.cwd, out ?? window);
  const content = new Map<string, Uint8Array>(Object.entries(files));
  await createFolder(folder, content);
  if (json) {
    const written = [...content].map(([name, bytes]) => ({
      path: name,
      bytes: bytes.byteLength,
      sha256: sha256(bytes),
    }));
    cli.out(JSON.stringify({ run, window, folder, inputs, files: written }));
    return EXIT.ok;
  }
  cli.out([
    `${window}  ${folder}`,
    ...[...content].map(([name, bytes]) => `  ${name.padEnd(11)}  ${formatBytes(bytes.byteLength)}`),
    `  inputs       ${inputs.map(({ name, columns }) => `${name} (${plural(columns.length, 'column')})`).join(', ')}; names in userDefinedMetadata of model.json`,
    '  outputs      probability, score',
    '  open it with tf.loadLayersModel, or model.onnx with onnxruntime',
  ]);
  return EXIT.ok;
}
