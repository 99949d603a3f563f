import { gzipSync, zipSync } from 'fflate';

import type { Random } from '../../data/random.js';
import { chance, oneOf } from './bar.js';

/** A file of the folder; its name may hold folders. */
export interface WrittenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a file holds before it is encoded and compressed. */
export interface FilePart {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Only `.csv` and `.csv.gz` may have such a name. */
  readonly dated?: boolean;
}

const ENCODINGS = [
  'utf-8',
  'utf-8',
  'utf-8',
  'utf-8 with BOM',
  'utf-16le',
  'utf-16be',
  'utf-16le without BOM',
] as const;
const LINE_ENDS = ['\n', '\n', '\r\n', '\r'] as const;

/** Encodes and compresses files, all of them in one way. */
export function packed(random: Random, parts: readonly FilePart[]): WrittenFile[] {
  const encoding = oneOf(random, ENCODINGS);
  const lineEnd = oneOf(random, LINE_ENDS);
  const open = chance(random, 0.2);
  const compression = oneOf(random, ['none', 'none', 'none', 'gz', 'zip'] as const);
  return parts.map(({ name, content, dated }) => {
    const bytes = typeof content === 'string' ? encoded(content, encoding, lineEnd, open) : content;
    if (compression === 'gz') return { name: `${name}.gz`, bytes: gzipSync(bytes, { level: 1, mtime: 0 }) };
    if (compression === 'none' || dated === true) return { name, bytes };
    const member = name.slice(name.lastIndexOf('/') + 1);
    const zip = chance(random, 0.5) ? `${name}.zip` : name.replace(/\.[a-z]+$/i, '.zip');
    return { name: zip, bytes: zipSync({ [member]: bytes }, { level: 1, mtime: '2024-01-01' }) };
  });
}

function encoded(
  text: string,
  encoding: (typeof ENCODINGS)[number],
  lineEnd: string,
  open: boolean,
): Uint8Array {
  const lines = (open ? text.replace(/\n$/, '') : text).replaceAll('\n', lineEnd);
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(lines);
    case 'utf-8 with BOM':
      return Buffer.from(`\uFEFF${lines}`);
    case 'utf-16le':
      return Buffer.from(`\uFEFF${lines}`, 'utf16le');
    case 'utf-16be':
      return Buffer.from(`\uFEFF${lines}`, 'utf16le').swap16();
    case 'utf-16le without BOM':
      return Buffer.from(lines, 'utf16le');
  }
}
