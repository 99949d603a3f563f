import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { markdownText, safeText } from '../../data/text/safe-text.js';
import { fieldPrinter, linePrinter } from '../../client/cli/printer.js';
import { escapeMarkup } from '../../activities/texts/html.js';
import type { Random } from '../../data/random.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { writeJson } from '../../data/store/files.js';
import { Home } from '../../data/store/home.js';
import { recordEvents } from '../../data/telemetry/telemetry.js';
import { gurukulHere } from '../client/support/gurukul-here.js';
import { harmIn } from '../security/hostile-text.js';
import { runStatus } from '../support/run-status.js';
import { hostileTextOf, terminalAttackOf } from './hostile.js';
import type { AttackKind } from './kind.js';
import { oneOf } from './kind.js';

/** Nobody listens there. */
const NO_SERVER = '127.0.0.1:1';

/** Gives the program a hostile text; returns the command lines whose output must be harmless. */
type Plant = (home: Home, text: string, random: Random) => Promise<(readonly string[])[]>;

const PLANTS: Readonly<Record<string, Plant>> = {
  typed: (_, text, random) =>
    Promise.resolve([
      oneOf(random, [
        ['status', text],
        ['logs', text],
        ['logs', 'x', '--last', text],
        ['report', text],
        ['rm', text],
        ['explain', 'x', text, text],
        ['resume', text],
        ['resume', 'x', '--only', text, '--symbols', text],
        ['approve', `${text} `, '--by', text, '--reason', text],
        ['reject', `${text} `, '--by', text, '--reason', text],
        ['cancel', text, '--reason', text],
        ['set-concurrency', 'x', text],
        ['audit', 'verify', text],
        ['audit', 'verify', '.', '--key', text],
        ['plan', '--symbols', text, '--universe', text, '--from', text, '--seed', text, '--source', text],
        ['plan', '--config', text],
        ['plan', '--source', 'csv', '--bars', text, '--cross-check', text],
        ['schedule', 'create', text, '--at', text, '--days', text],
        ['deployment', text],
        ['up', '--accelerator', text],
      ]),
    ]),
  config: async (home, text) => {
    const file = path.join(home.root, 'config.json');
    await writeFile(file, JSON.stringify({ [text]: text, runId: text, universe: text, symbols: [text] }));
    return [['plan', '--config', file]];
  },
  'universe-cell': async (home, text, random) => {
    const cell = `"${text.replaceAll('"', '')}"`;
    const file = path.join(home.root, `${fileName(text)}.csv`);
    const tables = [
      `${cell},symbol\nx,RELIANCE\n`,
      `symbol,exclusion_reason,company\nRELIANCE,${cell},${cell}\nTCS,,${cell}\n`,
      `symbol,company\n${cell},x\n`,
      `symbol,listing_date,isin\nTCS,${cell},${cell}\n`,
      text,
    ];
    await writeFile(file, oneOf(random, tables));
    return [['plan', '--universe', file, '--to', '2022-12-31']];
  },
  'bar-file': async (home, text, random) => {
    const bars = path.join(home.root, 'in');
    await mkdir(bars);
    const cell = `"${text.replaceAll('"', '')}"`;
    await writeFile(path.join(bars, `${fileName(text)}.csv`), 'timestamp,open\n2022-01-03,1\n');
    const tables = [
      `timestamp,open,high,low,close,${cell}\n2022-01-03,1,1,1,1,1\n`,
      `timestamp,open,high,low,close,volume\n${cell},1,${cell},1,1,1\n`,
    ];
    await writeFile(path.join(bars, 'RELIANCE.csv'), oneOf(random, tables));
    const flags = ['--source', 'csv', '--bars', bars, '--symbols', 'RELIANCE'];
    return [
      ['plan', ...flags],
      ['ingest', '--verify', ...flags],
      ['ingest', '--verify', ...flags, '--json'],
    ];
  },
  'action-list': async (home, text, random) => {
    const bars = path.join(home.root, 'in');
    await mkdir(bars);
    await writeFile(
      path.join(bars, 'RELIANCE.csv'),
      'timestamp,open,high,low,close,volume\n2022-01-03,1,1,1,1,1\n',
    );
    const cell = `"${text.replaceAll('"', '')}"`;
    const list = oneOf(random, [
      `symbol,ex_date,price_factor,kind,evidence\nRELIANCE,2022-01-04,2,${cell},${cell}\n`,
      `symbol,ex_date,price_factor,kind\n${cell},${cell},${cell},${cell}\n`,
      `SYMBOL,SERIES,PURPOSE,EX-DATE\nRELIANCE,EQ,"Demerger ${text.replaceAll('"', '')}",04-Jan-2022\n`,
      `SYMBOL,SERIES,PURPOSE,EX-DATE\n${cell},${cell},"Bonus 1:1 ${text.replaceAll('"', '')}",${cell}\n`,
      `${cell}\n${text}`,
    ]);
    const file = path.join(bars, 'corporate_actions.csv');
    await writeFile(file, list);
    const flags = ['--source', 'csv', '--bars', bars, '--symbols', 'RELIANCE'];
    return [
      ['ingest', '--verify', ...flags],
      ['actions', 'check', ...flags],
      ['actions', 'list', '--bars', bars],
      ['actions', 'list', text],
      ['actions', 'add', '--file', file],
      ['actions', 'add', text, text, text, '--kind', text, '--evidence', text],
      ['actions', 'add', 'RELIANCE', '2022-01-04', '2', '--kind', `x${text}`, '--evidence', text],
      ['actions', 'list'],
    ];
  },
  record: async (home, text, random) => {
    await writeJson(home.runInput('r'), runInputSchema.parse({ runId: 'r' }));
    const windows = { planned: 1, succeeded: 0, skipped: 0, failed: 1 };
    const status = runStatus('r', { phase: 'cancelled', cancelReason: text, bundle: text, windows });
    await writeJson(home.status('r'), oneOf(random, [status, { ...status, runId: text }, { [text]: text }]));
    recordEvents(home, 'r', [
      { event: 'phase', id: text, phase: text, message: text, [text]: text },
      {
        ...{ event: 'window_failed', id: 'window_failed/x', window: text, cohort: text, symbol: text },
        ...{ start: text, end: text, error: 'BadSchema', message: text, code: text },
      },
    ]);
    const logged = { time: 1, level: 50, msg: text, run: 'r', [text]: [text] };
    await mkdir(home.logs(), { recursive: true });
    await writeFile(path.join(home.logs(), 'worker-1.log'), `${JSON.stringify(logged)}\n`);
    const verb = oneOf(random, [
      ['list'],
      ['status', 'r'],
      ['status', 'r', '--failed'],
      ['logs', 'r'],
      ['watch', 'r'],
    ]);
    return [verb, [...verb, '--json']];
  },
  'bundle-names': async (home, text) => {
    const bundle = path.join(home.root, `bundle ${fileName(text)}`);
    await mkdir(bundle);
    await writeFile(path.join(bundle, `f${fileName(text)}`), text);
    const manifest = { format: text, covered: [{ path: text }], [text]: 1 };
    await writeFile(path.join(bundle, 'manifest.json'), JSON.stringify(manifest));
    return [
      ['audit', 'verify', bundle],
      ['audit', 'verify', bundle, '--json'],
    ];
  },
};

/** Texts that reach the command line. */
export const HOSTILE_TEXTS: readonly AttackKind[] = [
  ...Object.entries(PLANTS).map(([name, plant]): AttackKind => ({
    name: `text/${name}`,
    caught: 'what the command prints is not empty, and has no raw control character and no forged line',
    async attempt({ folder }, random) {
      const home = new Home(path.join(folder, 'home'));
      await mkdir(home.root);
      for (const args of await plant(home, terminalAttackOf(random), random)) {
        const { stdout, stderr } = await gurukulHere(args, { home, address: NO_SERVER });
        const harm = `${stdout}${stderr}` === '' ? 'nothing' : (harmIn(stdout) ?? harmIn(stderr));
        if (harm !== undefined) return `${args.slice(0, 2).join(' ')} printed ${harm}`;
      }
      return undefined;
    },
  })),
  {
    name: 'text/escaped',
    caught: 'escaped for a terminal, Markdown, html or JSON, a text is one harmless line that means the same',
    share: 3,
    attempt(_, random) {
      const text = hostileTextOf(random);
      const safe = safeText(text);
      const json = safeText(JSON.stringify({ [text]: [text] }));
      let printed = '';
      linePrinter((line) => (printed += line))([text, text]);
      let fields = '';
      fieldPrinter((line) => (fields += line))([text, text]);
      const wrong =
        [safe, markdownText(text), escapeMarkup(safe), json, printed].map(harmIn).find((harm) => harm) ??
        (safe.includes('\n') || printed.split('\n').length !== 3 ? 'another number of lines' : undefined) ??
        (fields.split('\t').length === 2 ? undefined : 'another number of fields') ??
        (JSON.stringify(JSON.parse(json)) === JSON.stringify({ [text]: [text] })
          ? undefined
          : 'another value') ??
        (safeText(safe) === safe ? undefined : 'another text when it is escaped twice');
      return Promise.resolve(wrong);
    },
  },
];

/** Names of files have up to 255 bytes and no slash. */
function fileName(text: string): string {
  return Buffer.from(text.replaceAll('/', '')).subarray(0, 200).toString();
}
