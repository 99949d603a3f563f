import {
  appendFile,
  cp,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';

import type { Random } from '../../data/random.js';
import { RUN, sealedCopy } from './rig.js';
import { approved, verified } from './judge.js';
import type { AttackKind } from './kind.js';
import { oneOf, placeIn, randomBytesOf } from './kind.js';

/** Changes one thing in a bundle. @param files Absolute paths of its files. */
type Damage = (bundle: string, files: readonly string[], random: Random) => Promise<void>;

const NAMES = ['notes.md', 'FAILED.md', 'manifest.json.bak', 'weights.bin', '.hidden', 'Summary.md'];

/** What any program or person can do to the files of a sealed bundle. */
const DAMAGES: Readonly<Record<string, Damage>> = {
  'flip-bit': async (_, files, random) =>
    edit(oneOf(random, files), (content) => {
      const at = placeIn(random, content.length);
      content[at] = (content[at] ?? 0) ^ (1 << random.integer(0, 7));
      return content;
    }),
  'change-bytes': async (_, files, random) =>
    edit(oneOf(random, files), (content) => {
      for (let left = random.integer(1, 16); left > 0; left -= 1) {
        const at = placeIn(random, content.length);
        content[at] = ((content[at] ?? 0) + random.integer(1, 255)) % 256;
      }
      return content;
    }),
  truncate: async (_, files, random) =>
    edit(oneOf(random, files), (content) => content.subarray(0, placeIn(random, content.length))),
  'remove-bytes': async (_, files, random) =>
    edit(oneOf(random, files), (content) => {
      const at = placeIn(random, content.length);
      const end = at + 1 + placeIn(random, Math.min(64, content.length - at));
      return Buffer.concat([content.subarray(0, at), content.subarray(end)]);
    }),
  append: async (_, files, random) =>
    appendFile(
      oneOf(random, files),
      oneOf(random, ['\n', ' ', '\0', '\r\n', '}', randomBytesOf(random, random.integer(1, 64))]),
    ),
  'insert-bytes': async (_, files, random) =>
    edit(oneOf(random, files), (content) => {
      const at = placeIn(random, content.length);
      const more = randomBytesOf(random, random.integer(1, 8));
      return Buffer.concat([content.subarray(0, at), more, content.subarray(at)]);
    }),
  'swap-halves': async (_, files, random) =>
    edit(oneOf(random, files), (content) => {
      const at = 1 + placeIn(random, content.length - 1);
      const turned = Buffer.concat([content.subarray(at), content.subarray(0, at)]);
      return turned.equals(content) ? Buffer.concat([content, content]) : turned;
    }),
  remove: async (_, files, random) => rm(oneOf(random, files)),
  'add-file': async (bundle, files, random) => {
    const folder = oneOf(random, [bundle, path.dirname(oneOf(random, files))]);
    const name = oneOf(random, [...NAMES, `${random.integer(0, 1e9)}.json`]);
    const file = path.join(folder, files.includes(path.join(folder, name)) ? `${name}.more` : name);
    await writeFile(file, oneOf(random, ['', '{}', 'promote']));
  },
  'swap-files': async (_, files, random) => {
    const one = oneOf(random, files);
    const content = await readFile(one);
    const others = await Promise.all(
      files.map(async (file) => ((await readFile(file)).equals(content) ? [] : [file])),
    );
    const other = oneOf(random, others.flat());
    await cp(other, one);
    await writeFile(other, content);
  },
  rename: async (_, files, random) => {
    const file = oneOf(random, files);
    const name = path.basename(file);
    await rename(
      file,
      path.join(
        path.dirname(file),
        oneOf(random, [`${name}.old`, name.toUpperCase(), `${name} `, `_${name}`]),
      ),
    );
  },
  move: async (bundle, files, random) => {
    const file = oneOf(random, files);
    const folders = [bundle, ...files.map((other) => path.dirname(other))];
    const to = oneOf(
      random,
      folders.filter((folder) => folder !== path.dirname(file)),
    );
    await rename(file, path.join(to, path.basename(file)));
  },
  'link-to-copy': async (bundle, files, random) => {
    const file = oneOf(random, files);
    const away = path.join(path.dirname(bundle), 'away');
    await rename(file, away);
    await symlink(oneOf(random, [away, path.relative(path.dirname(file), away)]), file);
  },
  'link-folder': async (bundle, files, random) => {
    const folders = [...new Set(files.map((file) => path.dirname(file)))];
    const folder = oneOf(
      random,
      folders.filter((one) => one !== bundle),
    );
    const away = path.join(path.dirname(bundle), 'away');
    await rename(folder, away);
    await symlink(away, folder);
  },
  'extra-link': async (bundle, files, random) =>
    symlink(
      oneOf(random, [oneOf(random, files), '/etc/passwd', 'nowhere', '.']),
      path.join(bundle, 'plots', 'x.svg'),
    ),
  'extra-folder': async (bundle, files, random) => {
    const parent = oneOf(random, [bundle, path.dirname(oneOf(random, files))]);
    await mkdir(path.join(parent, oneOf(random, ['empty', 'a/b/c', '.git', 'Plots', '...'])), {
      recursive: true,
    });
  },
  'folder-for-file': async (_, files, random) => {
    const file = oneOf(random, files);
    await rm(file);
    await mkdir(file);
  },
  'sparse-file': async (_, files, random) =>
    truncate(oneOf(random, files), random.integer(1_500, 9_000) * 1_000_000),
};

export const BUNDLE_DAMAGE: readonly AttackKind[] = Object.entries(DAMAGES).map(([name, damage]) => ({
  name: `damage/${name}`,
  caught: 'the verification fails although no key is known, and an approval is refused',
  async attempt(rig, random) {
    const home = await sealedCopy(rig);
    const bundle = home.bundle(RUN);
    await damage(bundle, await filesOf(bundle), random);
    return (await verified(bundle)) ?? (await approved(home));
  },
}));

/** Absolute paths of the files in a folder, sorted. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

async function edit(file: string, change: (content: Buffer) => Buffer): Promise<void> {
  await writeFile(file, change(await readFile(file)));
}
