import type { Transition } from '../../activities/promote/transition.js';
import { planTransition } from '../../activities/promote/transition.js';
import type { Cli } from './cli.js';
import { comparisonLines, shown } from './describe-comparison.js';
import type { ExitCode } from './exit.js';
import { EXIT } from './exit.js';
import { renderTable } from './format.js';
import type { ApprovalFlags } from './verbs/decide.js';

/** What an approval would change, worked out from the files of the home: nothing is written, and nobody is asked. */
export async function showTransition(cli: Cli, runId: string, flags: ApprovalFlags): Promise<ExitCode> {
  const { by = '', reason = '', override = false, stage: shadow = false, json = false } = flags;
  const transition = await planTransition(
    { home: cli.home, packageRoot: cli.packageRoot },
    { runId, verdict: 'approved', by, reason, override, shadow },
  );
  if (json) cli.out(JSON.stringify(asJson(transition, shadow)));
  else cli.out(describe(cli, transition, shadow));
  return EXIT.ok;
}

function asJson(transition: Transition, shadow: boolean): object {
  const { runId, bundleDigest, author, claims, championClaims, override, comparison, token } = transition;
  return {
    ...{ run: runId, bundleDigest, author, shadow, override: override?.against ?? null },
    recommendation: claims.recommendation ?? null,
    ...{ comparison, gates: { candidate: claims.gates, champion: championClaims?.gates ?? {} } },
    ...{ decided: transition.repeated?.number ?? null, token },
  };
}

function describe({ self }: Cli, transition: Transition, shadow: boolean): string[] {
  const { runId, bundleDigest, author, claims, championClaims, comparison, override, token } = transition;
  const { champion } = comparison;
  const now = champion === null ? 'none' : `run ${champion.run} (decision ${champion.decision})`;
  const flags = [...(override === null ? [] : ['--override']), ...(shadow ? ['--stage'] : [])];
  const command = ['approve', runId, '--by NAME --reason TEXT', ...flags, '--expect', token].join(' ');
  const figures = [
    ...new Set([...Object.keys(comparison.candidate), ...Object.keys(champion?.figures ?? {})]),
  ];
  const gates = [...new Set([...Object.keys(claims.gates), ...Object.keys(championClaims?.gates ?? {})])];
  return [
    shadow ? `Shadow    would be run ${runId}; champion stays ${now}` : `Champion  ${now}, then run ${runId}`,
    `Digest    ${bundleDigest}`,
    ...(champion === null
      ? []
      : [`Before    ${champion.bundleDigest ?? 'no digest'}, its bundle is ${champion.bundle}`]),
    `Author    ${author ?? 'nobody said so'}`,
    `Recommend ${claims.recommendation ?? 'the briefing cannot be read'}`,
    ...(override === null ? [] : [`Override  against ${override.against.join(' and ')}`]),
    ...comparisonLines(comparison),
    ...(figures.length === 0 ? [] : ['']),
    ...table(
      'forward figure',
      runId,
      figures.map((name) => [name, shown(champion?.figures[name]), shown(comparison.candidate[name])]),
    ),
    ...(gates.length === 0 ? [] : ['']),
    ...table(
      'rule',
      runId,
      gates.map((id) => [id, championClaims?.gates[id] ?? '', claims.gates[id] ?? '']),
    ),
    '',
    `Token     ${token}`,
    transition.repeated === undefined
      ? `Apply     ${self} ${command}`
      : `Decided   already, by these words: decision ${transition.repeated.number}`,
  ];
}

function table(what: string, runId: string, rows: string[][]): string[] {
  return rows.length === 0 ? [] : renderTable([what, 'champion', runId], rows);
}
