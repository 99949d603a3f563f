import { expect } from 'chai';

import { InvalidInputError } from '../../data/errors.js';
import { attackArguments } from './arguments.js';
import { attemptsOf, runAttacks } from './campaign.js';
import { CATALOGUE } from './catalogue.js';
import type { AttackKind } from './kind.js';
import { attackProgram } from './program.js';
import { reportLines, sumLine } from './report.js';

/** Every kind once; `npm run attack` makes thousands. */
const SEED = 11;

describe('an attack of every kind', function () {
  this.timeout(600_000);

  it('is caught', async () => {
    const campaign = await runAttacks(SEED, attemptsOf(CATALOGUE, CATALOGUE.length));
    const report = reportLines(campaign).join('\n');
    expect(campaign.passed, report).to.deep.equal([]);
    const tried = campaign.kinds.filter(({ attempts }) => attempts > 0).map(({ kind }) => kind.name);
    expect(tried).to.deep.equal(CATALOGUE.map(({ name }) => name));
    const all = CATALOGUE.length;
    expect(sumLine(campaign)).to.equal(`${all} attacks, ${all} caught, 0 passed`);
  });

  it('has a name of its own, and says what caught means', () => {
    expect(new Set(CATALOGUE.map(({ name }) => name)).size).to.equal(CATALOGUE.length);
    for (const { name, caught } of CATALOGUE) {
      expect(name).to.match(/^[a-z]+\/[a-z-]+$/);
      expect(caught, name).to.match(/^[a-z0-9].{15,}[a-z]$/);
    }
  });
});

describe('an attack that is not caught', () => {
  const kind = (name: string, attempt: AttackKind['attempt']): AttackKind => ({
    ...{ name, caught: 'never', attempt },
  });
  const planted = [
    kind('planted/caught', () => Promise.resolve(undefined)),
    kind('planted/second', (_, random) =>
      Promise.resolve(
        random.uniform() < 0.5 ? undefined : `\u001b the bundle is ok: ${random.integer(0, 1e9)}`,
      ),
    ),
    kind('planted/error', () => Promise.reject(new TypeError('x is undefined'))),
  ];

  it('is counted and named, with what repeats it', async () => {
    const campaign = await runAttacks(3, attemptsOf(planted, 30));
    const failed = campaign.passed.filter(({ kind: name }) => name === 'planted/second');
    expect(failed.length).to.be.within(1, 9);
    expect(campaign.passed.length).to.equal(10 + failed.length);
    expect(sumLine(campaign)).to.equal(
      `30 attacks, ${20 - failed.length} caught, ${10 + failed.length} passed`,
    );
    const lines = reportLines(campaign);
    const [first] = failed;
    if (first === undefined) throw new Error('none passed');
    expect(lines).to.include.members([
      `PASSED: planted/second, attempt ${first.attempt}: ${first.what.replace('\u001b', '\\u001b')}`,
      `  again: npm run attack -- --seed 3 --only planted/second --attacks ${first.attempt}`,
    ]);
    expect(lines.join('\n')).to.contain('unexpected error: TypeError: x is undefined');

    const { attempts } = attackArguments(
      ['--seed', '3', '--only', 'planted/second', '--attacks', String(first.attempt)],
      planted,
    );
    const again = await runAttacks(3, attempts);
    expect(again.passed).to.deep.include(first);
    expect(again.kinds).to.have.length(1);
  });

  it('ends the program with exit status 1, also when the verifier says ok to everything', async () => {
    const verifier = { verify: () => Promise.resolve({ result: 'ok' }) };
    const trusting = kind('planted/trusting', async () => {
      const { result } = await verifier.verify();
      return result === 'failed' ? undefined : `the bundle is ${result}`;
    });
    const { status, lines } = await ranWith(['--attacks', '2'], [trusting]);
    expect(lines).to.include('PASSED: planted/trusting, attempt 2: the bundle is ok');
    expect(lines.at(-1)).to.equal('2 attacks, 0 caught, 2 passed');
    expect(status).to.equal(1);
    const caught = await ranWith(['--attacks', '2'], planted.slice(0, 1));
    expect(caught.lines.at(-1)).to.equal('2 attacks, 2 caught, 0 passed');
    expect(caught.status).to.equal(0);
  });
});

describe('the arguments of npm run attack', () => {
  it('are 2,100 attacks of seed 1, in which every kind is tried', () => {
    const { seed, attempts } = attackArguments([], CATALOGUE);
    expect(seed).to.equal(1);
    expect([...attempts.values()].reduce((sum, one) => sum + one, 0)).to.equal(2_100);
    expect([...attempts.keys()]).to.deep.equal(CATALOGUE);
    expect(Math.min(...attempts.values())).to.be.at.least(1);
  });

  it('can choose a kind, as often as among the others', () => {
    const usual = attackArguments([], CATALOGUE).attempts;
    const [first] = CATALOGUE;
    if (first === undefined) throw new Error('no kinds');
    const { attempts } = attackArguments(['--only', first.name], CATALOGUE);
    expect([...attempts]).to.deep.equal([[first, usual.get(first)]]);
  });

  it('are all checked at once', () => {
    const wrong = ['--seed', '-', '--attacks', '0', '--only', 'damage/flip-bits'];
    expect(() => attackArguments(wrong, CATALOGUE))
      .to.throw(InvalidInputError)
      .with.property('problems')
      .that.satisfies((problems: string[]) =>
        [
          '--only: there is no kind damage/flip-bits (did you mean damage/flip-bit?)',
          '--seed: ',
          '--attacks: ',
        ].every((start, i) => problems[i]?.startsWith(start)),
      );
  });

  it('end the program with exit status 2 when they are wrong', async () => {
    const { status, lines } = await ranWith(['--sed', '1'], CATALOGUE);
    expect(lines).to.have.length(1);
    expect(lines[0])
      .to.match(/^error: Unknown option '--sed'/)
      .and.not.contain('\n');
    expect(status).to.equal(2);
  });
});

/** The exit status of the program, and all lines that it wrote. */
async function ranWith(
  args: readonly string[],
  catalogue: readonly AttackKind[],
): Promise<{ status: number; lines: string[] }> {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  return { status: await attackProgram(args, catalogue, { print: write, note: write }), lines };
}
