import type { TeacherLine } from '../../data/schemas/bundle.js';
import { teacherLineSchema } from '../../data/schemas/bundle.js';
import type { Plan } from '../../data/schemas/plan.js';
import { windowLabel } from '../../data/schemas/plan.js';
import { canonicalJson } from '../../data/store/digests.js';
import { readRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { lossOf, readLostShards } from '../../data/store/lost-shards.js';
import type { UnitManifest } from '../../data/store/units.js';

/**
 * teachers.jsonl: one line per trainable window, sorted by window.
 *
 * @param shards Those that have a result.
 */
export async function teacherLines(
  home: Home,
  run: string,
  shards: readonly UnitManifest[],
  plan: Plan,
): Promise<Uint8Array> {
  const lines: { readonly window: string; readonly text: string }[] = [];
  for (const { outputs } of shards) {
    const ref = outputs['windows'];
    if (ref === undefined) continue;
    for (const text of (await readRef(home, ref)).toString('utf8').split('\n')) {
      if (text === '') continue;
      const line = teacherLineSchema.parse(JSON.parse(text));
      lines.push({ window: line.window, text: canonicalJson(line) });
    }
  }
  const ended = new Set(lines.map(({ window }) => window));
  for (const line of await unfinishedLines(home, run, plan))
    if (!ended.has(line.window)) lines.push({ window: line.window, text: canonicalJson(line) });
  lines.sort((a, b) => (a.window < b.window ? -1 : 1));
  return Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
}

/**
 * What a line says of each trainable window if its shard has no result. Without the message, which may name paths of
 * the machine.
 */
async function unfinishedLines(home: Home, run: string, { cohorts }: Plan): Promise<TeacherLine[]> {
  const lines: TeacherLine[] = [];
  for (const { id, start, end, shards } of cohorts) {
    const lost = await readLostShards(home, run, id);
    for (const [shard, symbols] of shards.entries())
      for (const symbol of symbols)
        lines.push({
          symbol,
          window: windowLabel(symbol, start, end),
          status: 'failed',
          error: lossOf(lost, shard)?.error ?? null,
          message: null,
        });
  }
  return lines;
}
