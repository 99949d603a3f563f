import { emptyRow } from '../../../activities/score/score-rows.js';
import type { ScoredModel, ScoreTarget } from '../../../activities/score/score-models.js';
import { scoreModels } from '../../../activities/score/score-models.js';
import { runTarget, usedTargets } from '../../../activities/score/score-targets.js';
import { InvalidInputError } from '../../../data/errors.js';
import type { ScoreRow } from '../../../data/schemas/score-log.js';
import type { ScoreOutcomes } from '../../../data/schemas/score-outcomes.js';
import { isProvider } from '../../../data/sources/provider.js';
import { writeFileAtomic } from '../../../data/store/files.js';
import { loadAliases } from '../../../data/symbols/symbol-aliases.js';
import type { Cli } from '../cli.js';
import { describeOutcomes } from '../describe-outcomes.js';
import { describeScores, flagCounts } from '../describe-scores.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { unknownRun } from '../find-run.js';
import { plural } from '../format.js';
import type { ScoreFlags } from '../read-score-flags.js';
import { readScoreFlags } from '../read-score-flags.js';
import type { FlagTexts } from '../run-flags.js';
import { scoresAsCsv, scoresAsParquet } from '../score-files.js';
import { readInputFile } from '../../runs/run-files.js';

/** Remarks about the bars that are shown. */
const SHOWN_REMARKS = 5;

/** The champion, or a run that is named, on the newest bars; and what came of earlier scores. */
export async function score(cli: Cli, given: FlagTexts): Promise<ExitCode> {
  const flags = await readScoreFlags(cli, given);
  const targets = await targetsOf(cli, flags.run);
  const { asOf, source, bars, outcomes: outcomesOnly } = flags;
  const { scored, outcomes } = await scoreModels(
    targets,
    {
      outcomesOnly,
      ...(asOf === undefined ? {} : { asOf }),
      ...(source === undefined ? {} : { source }),
      ...(bars === undefined ? {} : { bars }),
    },
    { ...cli, nowMs: Date.now(), onStep: (step) => cli.note(step) },
  ).catch((error: unknown) => {
    throw error instanceof InvalidInputError ? new InvalidInputError(error.problems.map(asFlag)) : error;
  });
  const [model] = scored;
  if (model === undefined) {
    if (outcomes !== null)
      cli.out(
        flags.format === 'json'
          ? JSON.stringify(outcomes)
          : describeOutcomes(outcomes, cli.home.scoreOutcomes()),
      );
    return EXIT.ok;
  }
  const rows = await shownRows(cli, model, flags.symbols);
  await write(cli, flags, model, rows, outcomes);
  noteDoubts(cli, model, rows);
  return rows.some((row) => row.score !== null) ? EXIT.ok : EXIT.failed;
}

async function targetsOf(cli: Cli, run: string | undefined): Promise<ScoreTarget[]> {
  if (run === undefined) return usedTargets(cli.home);
  if ((await readInputFile(cli.home, run)) === undefined)
    throw new InvalidInputError([`--run: ${await unknownRun(cli.home, run)}`]);
  return [await runTarget(cli.home, run)];
}

/** All rows by rank, or those of the named symbols; one that the model does not know has a row without numbers. */
async function shownRows(
  cli: Cli,
  { log, universe }: ScoredModel,
  symbols: readonly string[] | undefined,
): Promise<ScoreRow[]> {
  const { newest } = await loadAliases(cli);
  const known = new Map(log.rows.map((row) => [newest(row.symbol), row]));
  const unlisted = (symbol: string): ScoreRow => {
    cli.note(
      universe.has(symbol)
        ? `${symbol} is no member of the run's universe on ${log.date}: it has no score`
        : `${symbol} is not in the universe of run ${log.run}: it has no score`,
    );
    return emptyRow(symbol, ['unlisted']);
  };
  const rows =
    symbols === undefined ? log.rows : symbols.map((symbol) => known.get(newest(symbol)) ?? unlisted(symbol));
  return [...rows].sort(
    (a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || (a.symbol < b.symbol ? -1 : 1),
  );
}

async function write(
  cli: Cli,
  { format, out }: ScoreFlags,
  model: ScoredModel,
  rows: readonly ScoreRow[],
  outcomes: ScoreOutcomes | null,
): Promise<void> {
  const content = contentOf(format, model, rows, outcomes);
  if (out !== undefined) {
    await writeFileAtomic(out, content);
    cli.note(`${plural(rows.length, 'row')} written to ${out}`);
  } else if (typeof content === 'string') cli.out(content.trimEnd().split('\n'));
}

function contentOf(
  format: ScoreFlags['format'],
  model: ScoredModel,
  rows: readonly ScoreRow[],
  outcomes: ScoreOutcomes | null,
): string | Uint8Array {
  switch (format) {
    case 'table':
      return `${describeScores(model, rows).join('\n')}\n`;
    case 'csv':
      return scoresAsCsv(rows);
    case 'json':
      return `${JSON.stringify(jsonOf(model, rows, outcomes))}\n`;
    case 'parquet':
      return scoresAsParquet(rows);
  }
}

/** The contract of `score --json`. */
function jsonOf(
  { log, file, created, newestSession, remarks }: ScoredModel,
  rows: readonly ScoreRow[],
  outcomes: ScoreOutcomes | null,
): object {
  const { role, run, bundleDigest, decision, cohort, source, interval, rule, date, number, replaces } = log;
  return {
    ...{ role, run, bundleDigest, decision, cohort, source, interval, rule, date, newestSession },
    log: { file, number, replaces, created },
    ...{ rows, remarks },
    outcomes: outcomes === null ? null : outcomes.models.map(({ days: _all, ...model }) => ({ ...model })),
  };
}

/** What keeps somebody from trusting the numbers, and what helps. */
function noteDoubts(cli: Cli, { log, newestSession, remarks }: ScoredModel, rows: readonly ScoreRow[]): void {
  for (const remark of remarks.slice(0, SHOWN_REMARKS)) cli.note(remark);
  if (remarks.length > SHOWN_REMARKS)
    cli.note(`and ${remarks.length - SHOWN_REMARKS} remarks more: see --json`);
  const counts = flagCounts(rows);
  if (counts !== '') cli.note(`note: ${counts}`);
  if (!rows.some(({ flags }) => flags.includes('stale'))) return;
  cli.note(
    isProvider(log.source)
      ? `note: bring the bars of ${newestSession} with: ${cli.self} ingest --source ${log.source} and the flags of the run; then score again`
      : `note: the bars end before ${newestSession}: add newer ones to the folder, or name the day with --as-of ${log.date.slice(0, 10)}`,
  );
}

const FLAGS: readonly string[] = ['as-of', 'bars', 'source'];

/** `as-of: …` is `--as-of: …` on the command line. */
function asFlag(problem: string): string {
  const key = /^([a-z-]+): /.exec(problem)?.[1] ?? '';
  return FLAGS.includes(key) ? `--${problem}` : problem;
}
