import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import fc from 'fast-check';

import { escapeMarkup } from '../../activities/texts/html.js';
import { renderFailureNotice } from '../../activities/audit/failure-notice.js';
import { renderCoverageHtml } from '../../activities/texts/coverage/coverage-html.js';
import { fieldPrinter, linePrinter } from '../../client/cli/printer.js';
import { ERROR_TYPES } from '../../data/errors.js';
import { markdownText, messageLines, safeLines, safeText } from '../../data/text/safe-text.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { writeJson } from '../../data/store/files.js';
import { Home } from '../../data/store/home.js';
import { recordEvents } from '../../data/telemetry/telemetry.js';
import { gurukulHere } from '../client/support/gurukul-here.js';
import type { Ended } from '../client/support/gurukul-process.js';
import { gurukul } from '../client/support/gurukul-process.js';
import { coverageOf } from '../support/coverage-of.js';
import { runStatus } from '../support/run-status.js';
import { FORGED, harmIn, hostileText, rawCharacterIn, terminalAttack } from './hostile-text.js';

/** Nobody listens there. */
const NO_SERVER = '127.0.0.1:1';
const CASES = 5_000;
/** Number of cases in which commands run and files are written. */
const FILE_CASES = 40;

/** Without chai, since it is called many times. */
function expectHarmless(text: string): void {
  const harm = harmIn(text);
  if (harm !== undefined) throw new Error(`${harm} in ${JSON.stringify(text)}`);
}

describe('text from outside cannot command a terminal or forge a line', function () {
  this.timeout(600_000);

  const anyText = fc.oneof(hostileText, terminalAttack);

  it('once it is escaped, whatever it is', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const safe = safeText(text);
        if (safe.includes('\n')) throw new Error('two lines');
        expectHarmless(safe);
        if (safeText(safe) !== safe) throw new Error('escaping twice changes it');
        expectHarmless(markdownText(text));
        expectHarmless(escapeMarkup(safeText(text)));
      }),
      { numRuns: CASES },
    );
  });

  it('and ordinary text stays as it is', () => {
    for (const text of ['log-loss 0.693 …', 'naïve → ✓ 42 %', 'किताब', '日本', '👍', "M&M's C:\\new"])
      expect(safeText(text)).to.equal(text);
    expect(safeText('a\n\u001b[1m\u202e\u{e0041}\t')).to.equal('a\\n\\u001b[1m\\u202e\\udb40\\udc41\\t');
    expect(safeLines('a\nb\r')).to.equal('a\nb\\r');
    expect(markdownText('a | [x](y) `<b>`\n# z')).to.equal('a \\| \\[x\\](y) \\`\\<b\\>\\`\\\\n# z');
    expect(messageLines('error: a\nok')).to.deep.equal(['error: a', '  ok']);
  });

  it('and JSON means the same afterwards', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, fc.array(anyText)), (value) => {
        const json = safeText(JSON.stringify(value));
        expectHarmless(json);
        if (JSON.stringify(JSON.parse(json)) !== JSON.stringify(value))
          throw new Error(`another value: ${json}`);
      }),
      { numRuns: CASES },
    );
  });

  it('as a line among lines that are printed', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1 }), (lines) => {
        let written = '';
        const write = (text: string): void => void (written += text);
        linePrinter(write)(lines);
        for (const line of lines) linePrinter(write)(line);
        if (written.split('\n').length !== 2 * lines.length + 1) throw new Error('another number of lines');
        let fields = '';
        fieldPrinter((text) => (fields += text))(lines);
        if (fields.split('\t').length !== lines.length || fields.split('\n').length !== 2)
          throw new Error('another number of fields');
      }),
      { numRuns: CASES },
    );
  });

  describe('through a command', () => {
    let folder: string;
    let home: Home;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'gurukul-terminal-'));
      home = new Home(path.join(folder, 'home'));
      mkdirSync(home.logs(), { recursive: true });
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    /** Runs a command whose output must be harmless, and say something. */
    async function harmless(...args: readonly string[]): Promise<Ended> {
      const ended = await gurukulHere(args, { home, address: NO_SERVER, cwd: folder });
      expectHarmless(ended.stdout);
      expectHarmless(ended.stderr);
      expect(`${ended.stdout}${ended.stderr}`, args.join(' ')).to.not.equal('');
      return ended;
    }

    async function attacks(work: (text: string) => Promise<void>): Promise<void> {
      await fc.assert(fc.asyncProperty(terminalAttack, work), { numRuns: FILE_CASES });
    }

    /** Names of files have up to 255 bytes and no slash. */
    const fileName = (text: string): string =>
      Buffer.from(text.replaceAll('/', '')).subarray(0, 200).toString();

    it('by what is typed', async () => {
      await attacks(async (text) => {
        for (const args of [
          ['status', text],
          ['logs', text],
          ['logs', 'x', '--last', text],
          ['report', text],
          ['rm', text],
          ['explain', text, text, '2024-01-01'],
          ['explain', 'x', text, text],
          ['resume', text],
          ['resume', 'x', '--only', text, '--symbols', text],
          ['approve', text, '--by', text, '--reason', text],
          ['cancel', text, '--reason', text],
          ['set-concurrency', 'x', text],
          ['audit', 'verify', text],
          ['plan', '--symbols', text, '--universe', text, '--from', text, '--seed', text, '--source', text],
          ['plan', '--config', text],
          ['plan', '--source', 'csv', '--bars', text, '--cross-check', text],
          ['schedule', 'create', text, '--at', text, '--days', text],
          ['deployment', text],
          ['up', '--accelerator', text],
        ])
          await harmless(...args);
      });
    });

    it('by a word that no command knows', async () => {
      const word = `stat\u001b[2K\n${FORGED}`;
      for (const args of [[word], ['status', 'x', `--${word}`], ['completion', word]]) {
        const { status, stderr } = await gurukul(args, { cwd: folder, env: { GURUKUL_HOME: home.root } });
        expect(status).to.equal(2);
        expect(stderr).to.include('\\u001b[2K\\nok: run forged');
        expectHarmless(stderr);
      }
    });

    it('by a config file, a universe or bars', async () => {
      const bars = path.join(folder, 'bars');
      await attacks(async (text) => {
        rmSync(bars, { recursive: true, force: true });
        mkdirSync(bars);
        const config = path.join(folder, 'config.json');
        writeFileSync(config, JSON.stringify({ [text]: text, runId: text, universe: text, symbols: [text] }));
        await harmless('plan', '--config', config);
        const quoted = `"${text.replaceAll('"', '')}"`;
        const csv = path.join(folder, `${fileName(text)}.csv`);
        for (const table of [
          `${quoted},symbol\nx,RELIANCE\n`,
          `symbol,exclusion_reason,company\nRELIANCE,${quoted},${quoted}\nTCS,,${quoted}\n`,
          `symbol,company\n${quoted},x\n`,
          text,
        ]) {
          writeFileSync(csv, table);
          await harmless('plan', '--universe', csv, '--to', '2022-12-31');
        }
        const rows = `timestamp,open,high,low,close,volume\n2022-01-03,1,1,1,1,1\n`;
        writeFileSync(path.join(bars, `${fileName(text)}.csv`), rows);
        await harmless('plan', '--source', 'csv', '--bars', bars);
        for (const table of [
          `timestamp,open,high,low,close,${quoted}\n2022-01-03,1,1,1,1,1\n`,
          `timestamp,open,high,low,close,volume\n${quoted},1,${quoted},1,1,1\n`,
        ]) {
          writeFileSync(path.join(bars, 'RELIANCE.csv'), table);
          await harmless('plan', '--source', 'csv', '--bars', bars, '--symbols', 'RELIANCE');
          const source = ['--source', 'csv', '--bars', bars];
          await harmless('ingest', '--verify', ...source, '--symbols', 'RELIANCE,TCS');
          await harmless('ingest', '--verify', ...source, '--symbols', 'RELIANCE', '--json');
        }
      });
    });

    it('by the records of a run', async () => {
      await attacks(async (text) => {
        await writeJson(home.runInput('r'), runInputSchema.parse({ runId: 'r' }));
        const failed = { planned: 1, succeeded: 0, skipped: 0, failed: 1 };
        await writeJson(
          home.status('r'),
          runStatus('r', { phase: 'cancelled', cancelReason: text, bundle: text, windows: failed }),
        );
        recordEvents(home, 'r', [
          { event: 'phase', id: text, phase: text, message: text, [text]: text },
          {
            ...{ event: 'window_failed', id: 'window_failed/x', window: text, cohort: text, symbol: text },
            ...{ start: text, end: text, error: 'BadSchema', message: text, code: text },
          },
        ]);
        const logged = { time: 1, level: 50, msg: text, run: 'r', [text]: [text] };
        writeFileSync(path.join(home.logs(), 'worker-1.log'), `${JSON.stringify(logged)}\n`);
        for (const args of [
          ['list'],
          ['status', 'r'],
          ['status', 'r', '--failed'],
          ['logs', 'r'],
          ['watch', 'r'],
        ]) {
          await harmless(...args);
          const { stdout } = await harmless(...args, '--json');
          for (const line of stdout.trim().split('\n')) JSON.parse(line);
        }
        // A record whose id is none is no record.
        await writeJson(home.status('r'), { ...runStatus('r', { phase: 'done' }), runId: text });
        await harmless('status', 'r');
        await harmless('list');
        rmSync(home.telemetry('r'));
      });
    });

    it('by the names of files in a bundle', async () => {
      await attacks(async (text) => {
        const bundle = path.join(folder, `bundle ${fileName(text)}`);
        mkdirSync(bundle);
        writeFileSync(path.join(bundle, fileName(text)), text);
        writeFileSync(
          path.join(bundle, 'manifest.json'),
          JSON.stringify({ format: text, covered: [{ path: text }], [text]: 1 }),
        );
        await harmless('audit', 'verify', bundle);
        await harmless('audit', 'verify', bundle, '--json');
      });
    });
  });

  it('through a run id in a record', () => {
    for (const runId of ['../x', 'a b', 'x\nok', 'x\u001b[2K', ''])
      expect(runStatusSchema.safeParse({ ...runStatus('r', {}), runId }).success, runId).to.equal(false);
  });

  it('through FAILED.md and the page of the coverage', () => {
    const config = { ...runInputSchema.parse({}), runId: 'r' };
    fc.assert(
      fc.property(terminalAttack, fc.constantFrom(...ERROR_TYPES), (text, error) => {
        const window = {
          window: 'w',
          cohort: 'c',
          symbol: 'TCS',
          start: 's',
          end: 'e',
          error,
          message: `TCS ${text}`,
        };
        const notice = renderFailureNotice(config, { message: 'too many', failedBy: { [error]: 1 } }, [
          window,
        ]);
        expectHarmless(notice);
        if (/(?<!\\)<b>|(?<!\\)\]\(/.test(notice)) throw new Error(`markup in ${notice}`);
        const page = renderCoverageHtml(coverageOf(text));
        const raw = rawCharacterIn(page);
        if (raw !== undefined || page.includes('<b>')) throw new Error(`${raw ?? 'markup'} in ${page}`);
      }),
      { numRuns: 500 },
    );
  });
});
