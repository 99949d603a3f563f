import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

const metafileSchema = z.object({
  outputs: z.record(
    z.string(),
    z.object({
      bytes: z.number(),
      entryPoint: z.string().optional(),
      inputs: z.record(z.string(), z.unknown()),
      imports: z.array(z.object({ path: z.string(), kind: z.string(), external: z.boolean().optional() })),
    }),
  ),
});
type Outputs = z.output<typeof metafileSchema>['outputs'];

/** The files of a bundle that are loaded with a module of ours, without those that are imported later. */
export function loadedWith(
  bundle: string,
  entryPoint: string,
): { readonly bytes: number; readonly modules: readonly string[] } {
  const { outputs } = metafileSchema.parse(
    JSON.parse(readFileSync(path.join(bundle, 'modules.json'), 'utf8')),
  );
  const [start] = Object.entries(outputs).find(([, output]) => output.entryPoint === entryPoint) ?? [];
  if (start === undefined) throw new Error(`${entryPoint} is no entry of the bundle`);
  const files = reach(outputs, start, new Set());
  const found = [...files].map((file) => outputs[file]).filter((output) => output !== undefined);
  return {
    bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
    modules: found.flatMap(({ inputs, imports }) => [
      ...Object.keys(inputs),
      ...imports.filter(({ kind }) => kind === 'import-statement').map((one) => one.path),
    ]),
  };
}

function reach(outputs: Outputs, file: string, seen: Set<string>): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { path: next, kind, external } of outputs[file]?.imports ?? [])
    if (kind === 'import-statement' && external !== true) reach(outputs, next, seen);
  return seen;
}

/** Text of every file of a bundle, by name. */
export function bundleTexts(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}
