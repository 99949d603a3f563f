import path from 'node:path';

import { renderCoverageHtml } from '../../../activities/texts/coverage-html.js';
import { ingestInMemory } from '../../../activities/ingest/ingest-in-memory.js';
import { coverageSchema } from '../../../data/schemas/coverage.js';
import type { OpenConfig, RunConfig, RunInput } from '../../../data/schemas/run-input.js';
import { datesOf } from '../../../data/calendar/settle-dates.js';
import { writeFileAtomic } from '../../../data/store/files.js';
import { readStoredJson } from '../../../data/store/stored-files.js';
import type { FetchTotals } from '../../../workflows/contract/ingest.js';
import { defaultRunId } from '../../../workflows/contract/run-id.js';
import { requireProvider } from '../check-provider.js';
import { checkedRunInput, withOpenDates } from '../check-run-input.js';
import type { Cli } from '../cli.js';
import { allFindings, describeCoverage, stoppedLines } from '../describe-coverage.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { followIngest } from '../follow-ingest.js';
import { formatReasons, plural } from '../format.js';
import { requireSameInput } from '../require-same-input.js';
import { readInputFile } from '../../runs/run-files.js';
import type { FlagTexts } from '../run-flags.js';
import type { Session } from '../session.js';
import { withEmbedded, withRemote } from '../session.js';
import { startIngest } from '../../runs/start-run.js';
import { unusedFlags } from '../unused-flags.js';

/** Only the ingest step of a run, or what it would find. */
export async function ingest(cli: Cli, flags: FlagTexts): Promise<ExitCode> {
  const json = flags['json'] === true;
  const checked = await checkedRunInput(cli, flags, unusedFlags('ingest', flags));
  const { input, symbols } = checked;
  if (flags['verify'] === true) return verify(cli, input, flags);
  await requireProvider(cli, input);

  const runId = input.runId ?? defaultRunId(new Date());
  const asked: OpenConfig = { ...withOpenDates(checked), runId };
  const before = await readInputFile(cli.home, runId);
  if (before !== undefined) requireSameInput(before, asked);
  const config: RunConfig = { ...input, runId, ...(before === undefined ? {} : datesOf(before)) };
  const work = async (session: Session): Promise<ExitCode> => {
    const started = await startIngest(session, cli.home, config, symbols);
    // The symbols were compared as a file; a configuration on the server has none.
    requireSameInput(withoutSymbols(started), withoutSymbols(asked));
    cli.note(`ingest ${config.runId}`);
    const sealed = await followIngest(cli, session, config.runId);
    if (sealed === undefined) return EXIT.interrupted;
    if (json) cli.out(JSON.stringify({ runId: config.runId, ...sealed }));
    else {
      cli.out(`${sealed.symbols} symbols: ${formatReasons(sealed.statuses)}`);
      const coverage = await readStoredJson(cli.home, cli.home.coverageJson(config.runId), coverageSchema);
      if (coverage !== undefined) for (const line of stoppedLines(coverage)) cli.out(`  ${line}`);
      if (sealed.fetched !== undefined) cli.out(describeFetched(sealed.fetched, config.source));
      cli.out([`digest ${sealed.digest}`, `manifest ${cli.home.absolute(sealed.ref.uri)}`]);
      cli.out(`coverage ${cli.home.coverageHtml(config.runId)}`);
    }
    return EXIT.ok;
  };
  return flags['embedded'] === true ? withEmbedded(cli, config.accelerator, work) : withRemote(work);
}

function withoutSymbols({ symbols: _listed, ...config }: OpenConfig): OpenConfig {
  return config;
}

/** Exit status 1 when a gate stops a symbol or the run. */
async function verify(cli: Cli, input: RunInput, flags: FlagTexts): Promise<ExitCode> {
  const manifest = await ingestInMemory(input, cli);
  const { coverage } = manifest;
  const page = flags['html'];
  if (typeof page === 'string') {
    await writeFileAtomic(path.resolve(cli.cwd, page), renderCoverageHtml(coverage));
    cli.note(`coverage: ${path.resolve(cli.cwd, page)}`);
  }
  if (flags['json'] === true) {
    const { files } = manifest;
    const report = {
      ...coverage,
      findings: allFindings(manifest),
      ...(files === undefined ? {} : { files }),
    };
    cli.out(JSON.stringify(report));
  } else cli.out(describeCoverage(manifest));
  const stopped =
    coverage.symbols.some(({ verdict }) => verdict === 'stopped') ||
    coverage.gates.some(({ severity }) => severity === 'error');
  return stopped ? EXIT.failed : EXIT.ok;
}

function describeFetched({ calls, added, revised }: FetchTotals, source: string): string {
  const restated = revised === 0 ? '' : `, ${plural(revised, 'bar')} restated (listed in revisions.jsonl)`;
  return `${plural(calls, 'call')} to ${source}: ${plural(added, 'bar')} added${restated}`;
}
