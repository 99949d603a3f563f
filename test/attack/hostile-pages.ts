import { renderFailureNotice } from '../../activities/audit/failure-notice.js';
import { BUNDLE } from '../../activities/audit/bundle-layout.js';
import { deriveFiles } from '../../activities/audit/derived-files.js';
import { readBundle } from '../../activities/audit/read-bundle.js';
import { renderCoverageHtml } from '../../activities/texts/coverage/coverage-html.js';
import { fieldPrinter } from '../../client/cli/printer.js';
import { reportError } from '../../client/cli/report-error.js';
import { linePrinter } from '../../client/cli/printer.js';
import { ERROR_TYPES, GurukulError } from '../../data/errors.js';
import { readDecisions } from '../../data/decisions/decisions.js';
import { bundleConfigSchema } from '../../data/schemas/bundle.js';
import { planSchema } from '../../data/schemas/plan.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { packageRoot } from '../../data/store/package-root.js';
import { coverageOf } from '../support/coverage-of.js';
import { harmIn, rawCharacterIn } from '../security/hostile-text.js';
import { asLines, jsonOf, linesOf } from './forgery-edits.js';
import { terminalAttackOf } from './hostile.js';
import { decide } from './judge.js';
import type { AttackKind } from './kind.js';
import { oneOf } from './kind.js';
import { RUN, sealedCopy } from './rig.js';

const CAUGHT = 'the page has no raw control character and no markup from the text';

/** Texts that reach pages and reports. */
export const HOSTILE_PAGES: readonly AttackKind[] = [
  {
    name: 'page/bundle',
    caught: `${CAUGHT}, or the texts are refused`,
    async attempt({ sealed }, random) {
      const read = await readBundle(sealed.bundle(RUN));
      if ('file' in read) throw new Error(read.found);
      const text = terminalAttackOf(random);
      const plan = planSchema.parse(jsonOf(read.covered, BUNDLE.plan));
      const items = plan.items.map((item) =>
        item.status === 'trainable' ? item : { ...item, symbol: text, detail: text },
      );
      const teachers = linesOf(read.covered, BUNDLE.teachers).map((line) =>
        line.replace('the loss is not finite', () => JSON.stringify(text).slice(1, -1)),
      );
      const config = { ...bundleConfigSchema.parse(jsonOf(read.covered, BUNDLE.config)), universe: text };
      const files = new Map([
        ...read.covered,
        [BUNDLE.plan, Buffer.from(JSON.stringify({ ...plan, items }))],
        [BUNDLE.config, Buffer.from(JSON.stringify(config))],
        [BUNDLE.teachers, asLines(teachers)],
      ]);
      const pages = await deriveFiles(files).catch((error: unknown) => {
        if (error instanceof GurukulError) return new Map<string, Uint8Array>();
        throw error;
      });
      for (const [name, content] of pages) {
        const harm = harmOfPage(name, Buffer.from(content).toString('utf8'));
        if (harm !== undefined) return `${name} has ${harm}`;
      }
      return undefined;
    },
  },
  {
    name: 'page/failure-notice',
    caught: CAUGHT,
    attempt(_, random) {
      const text = terminalAttackOf(random);
      const error = oneOf(random, ERROR_TYPES);
      const failed = { window: text, symbol: text, start: text, end: text, error, message: text, code: text };
      const config = { ...runInputSchema.parse({ to: '2024-12-31' }), runId: 'r' };
      const notice = renderFailureNotice(config, { message: 'too many', failedBy: { [error]: 1 } }, [failed]);
      return Promise.resolve(harmOfPage('FAILED.md', notice));
    },
  },
  {
    name: 'page/coverage',
    caught: CAUGHT,
    attempt(_, random) {
      const text = terminalAttackOf(random);
      const page = renderCoverageHtml(coverageOf(text));
      return Promise.resolve(harmOfPage('coverage.html', page));
    },
  },
  {
    name: 'page/decision',
    caught: 'a decision is refused or kept as it was typed, and a report of it is harmless',
    share: 0.5,
    async attempt(rig, random) {
      const home = await sealedCopy(rig);
      const text = terminalAttackOf(random);
      let said = '';
      const say = linePrinter((line) => (said += line));
      const cli = {
        ...{ home, packageRoot, cwd: home.root, self: 'gurukul', interactive: false },
        ...{ out: say, note: say, fields: fieldPrinter((line) => (said += line)) },
      };
      const asked = { by: text, reason: text };
      const report = (error: unknown): void => void reportError(cli, error, new Date(0));
      await decide(home, asked).catch(report);
      // The second one is refused, with what the first one says.
      await decide(home, { ...asked, verdict: 'rejected' }).catch(report);
      const decisions = await readDecisions(home);
      const isKept = decisions.every(({ by, reason }) => by === text && reason === text);
      if (decisions.length > 1 || !isKept) return 'the log has other texts or two decisions';
      return said === '' ? 'nothing was said' : harmIn(said);
    },
  },
];

/** Harm of a page by its format: raw characters, forged lines, and tags and links from a text. */
function harmOfPage(name: string, page: string): string | undefined {
  if (name.endsWith('.json')) return harmIn(page);
  const isText = name.endsWith('.md');
  const markup = (isText ? /(?<!\\)<b>|(?<!\\)\]\(http:\/\/x\)/ : /<b>/).exec(page);
  const harm = isText ? harmIn(page) : rawCharacterIn(page);
  return harm ?? (markup === null ? undefined : `markup ${markup[0]}`);
}
