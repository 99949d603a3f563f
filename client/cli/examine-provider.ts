import path from 'node:path';

import { loadCalendar } from '../../data/calendar/calendar.js';
import { InvalidInputError } from '../../data/errors.js';
import type { DayRange } from '../../data/schemas/day-range.js';
import type { Interval } from '../../data/schemas/run-choices.js';
import { maskSecrets } from '../../data/secrets/secrets.js';
import { formatDifferences } from '../../data/sources/breeze/breeze-format.js';
import { withBreezeCode } from '../../data/sources/breeze/breeze-code.js';
import type { HttpResponse } from '../../data/sources/http-call.js';
import { openProvider } from '../../data/sources/open-source.js';
import type { ProviderName, ProviderReply } from '../../data/sources/provider.js';
import { providerSettings } from '../../data/sources/provider-settings.js';
import { sessionsIn } from '../../data/sources/wanted-days.js';
import { writeJson } from '../../data/store/files.js';
import { loadSymbolMaster } from '../../data/symbols/symbol-master.js';
import { dayOfMinutes } from '../../data/time/dates.js';
import { loadUniverse, selectSymbols } from '../../data/universe/universe.js';
import type { Check } from '../../temporal-config/doctor.js';
import type { Cli } from './cli.js';
import { plural } from './format.js';

/** A large share and ordinary sessions, whose bars every provider has. */
const SYMBOL = 'TCS';
const DAYS: Readonly<Record<Interval, DayRange>> = {
  '1day': { from: '2024-12-02', to: '2024-12-07' },
  '5minute': { from: '2024-12-02', to: '2024-12-04' },
};

/**
 * Asks a provider for some bars that are well known, and says whether its answer is what we take it for. Two
 * calls at most, as many of a minute as runs leave alone.
 *
 * @param record Folder for the answer as it came; absent: it is not kept.
 * @throws InvalidInputError for wrong settings in the environment.
 */
export async function examineProvider(
  cli: Cli,
  name: ProviderName,
  interval: Interval,
  record: string | undefined,
): Promise<Check[]> {
  const answers: HttpResponse[] = [];
  const settings = {
    ...providerSettings(cli.home),
    onResponse: (answer: HttpResponse): void => void answers.push(answer),
  };
  const provider = openProvider(name, settings);
  const { signal } = new AbortController();
  const universe = await loadUniverse('nifty100', cli.packageRoot);
  const master = await loadSymbolMaster(cli.packageRoot, cli.home);
  const [member] = selectSymbols(universe, [SYMBOL]).map((one) => withBreezeCode(one, master));
  const known = member === undefined ? { problem: `${SYMBOL} is unknown` } : provider.codeOf(member);
  if ('problem' in known) throw new InvalidInputError([known.problem]);

  const login = await loginCheck(name, async () => provider.login({ spend: () => true, signal }));
  if (login.status === 'problem') return [login];
  const request = { symbol: SYMBOL, code: known.code, interval, range: DAYS[interval] };
  const reply = await provider.fetch(request, signal);
  const bars = barsCheck(reply, cli.packageRoot, interval);
  const answer = answers.at(-1);
  if (answer === undefined || !('body' in answer)) return [login, bars];
  const body = answer.body.toString('utf8');
  const checks = [login, bars, ...(name === 'breeze' ? [shapeCheck(body)] : [])];
  if (record === undefined) return checks;
  const file = path.resolve(cli.cwd, record, `${name}-${interval}.json`);
  const { outcome } = reply;
  await writeJson(file, { ...request, status: answer.status, outcome, body: maskSecrets(body) });
  return [...checks, { name: 'recorded', status: 'ok', detail: file }];
}

async function loginCheck(
  name: ProviderName,
  login: () => Promise<ProviderReply | undefined>,
): Promise<Check> {
  try {
    const refusal = await login();
    if (refusal === undefined)
      return {
        name: 'login',
        status: 'ok',
        detail: name === 'yahoo' ? 'none is needed' : `${name} takes it`,
      };
    const { outcome, message, status } = refusal;
    return {
      name: 'login',
      status: 'problem',
      detail: message ?? outcome,
      remedy:
        outcome === 'down' || outcome === 'limited'
          ? 'try again later; the credentials were not refused'
          : `look at key and session (HTTP ${status ?? 'without status'})`,
    };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    // The message says what is wrong, and then how to fix it.
    const [detail = '', remedy = 'see README.md'] = error.message
      .replace(/^source: /, '')
      .split(/\. (?=Log in at )|\. Run: /);
    return { name: 'login', status: 'problem', detail, remedy };
  }
}

function barsCheck(reply: ProviderReply, packageRoot: string, interval: Interval): Check {
  const { from, to } = DAYS[interval];
  const name = `${interval} bars`;
  const sessions = sessionsIn(loadCalendar(packageRoot), DAYS[interval]);
  const asked = `${SYMBOL} from ${from} to ${to}`;
  const { outcome, bars, message } = reply;
  if (bars === null)
    return {
      name,
      status: 'problem',
      detail: `${asked}: ${outcome}${message === null ? '' : `, ${message}`}`,
      remedy:
        'README.md, "When something fails", has the messages; an answer of another shape is worth a report',
    };
  const days = new Set([...bars.time].map(dayOfMinutes));
  const missing = sessions.filter((day) => !days.has(day)).length;
  const wanted = sessions.length * (interval === '1day' ? 1 : 75);
  const detail = `${asked}: ${plural(bars.time.length, 'bar')} of ${wanted}`;
  if (missing === 0 && bars.time.length === wanted) return { name, status: 'ok', detail };
  return { name, status: 'warning', detail, remedy: 'a run would ask again; look whether it stays so' };
}

function shapeCheck(body: string): Check {
  const differences = formatDifferences(body);
  if (differences.length === 0) return { name: 'shape', status: 'ok', detail: 'as documented' };
  return {
    name: 'shape',
    status: 'warning',
    detail: differences.join(', '),
    remedy: 'harmless as long as the bars above are right; keep the answer with --record DIR',
  };
}
