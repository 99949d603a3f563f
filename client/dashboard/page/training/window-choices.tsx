import type { ComponentChildren } from 'preact';

import type { WindowChoice } from '../../contract/training.js';
import { decimals } from '../../figures/texts.js';
import type { ValidationCurve } from '../../figures/validation-curve.js';
import { configText, validationCurves } from '../../figures/validation-curve.js';
import { validationCurveChart } from '../../figures/window-charts.js';
import { SvgChart } from '../charts/svg-chart.js';
import { DataTable } from '../parts/data-table.js';
import { showView, view } from '../state/view.js';

/** What a cohort chose on its own past, and the figures over the settings of one of its choices. */
export function WindowChoices({ choices }: { readonly choices: readonly WindowChoice[] }): ComponentChildren {
  if (choices.length === 0) return null;
  const drawn = choices.filter(isDrawn);
  const shown = drawn.find(({ what }) => what === view.value.params['choice']) ?? drawn[0];
  return (
    <>
      <DataTable
        caption="What its cohort chose on its own past"
        rows={choices}
        keyOf={({ what }) => what}
        columns={[
          { name: 'choice', cell: ({ what }) => what },
          { name: 'taken', cell: ({ grid, chosen }) => configText(grid[chosen]?.config ?? {}) },
          { name: 'default', cell: ({ grid, standard }) => configText(grid[standard]?.config ?? {}) },
          { name: 'rule', cell: ({ rule }) => rule },
          { name: 'figure', number: true, cell: ({ grid, chosen }) => decimals(grid[chosen]?.figure) },
          {
            name: 'of the default',
            number: true,
            cell: ({ grid, standard }) => decimals(grid[standard]?.figure),
          },
          { name: 'compared', number: true, cell: ({ grid }) => grid.length },
          { name: 'rows', number: true, cell: ({ rows: count }) => count },
        ]}
      />
      {shown === undefined ? (
        <p class="remark">Its past was too short to tell settings apart: all are the defaults.</p>
      ) : (
        <>
          <div class="choice">
            <label for="choice-of-curve">Validation curves of</label>
            <select
              id="choice-of-curve"
              value={shown.what}
              onChange={({ currentTarget: { value } }) => showView({ params: { choice: value } })}
            >
              {drawn.map(({ what }) => (
                <option key={what} value={what}>
                  {what}
                </option>
              ))}
            </select>
          </div>
          {validationCurves(shown).map((curve) => (
            <Curve key={`${shown.what} ${curve.setting}`} curve={curve} />
          ))}
          <details>
            <summary>All {shown.grid.length} configurations</summary>
            <Grid choice={shown} />
          </details>
        </>
      )}
    </>
  );
}

/** Every configuration of a choice, in the order of the grid. */
function Grid({ choice }: { readonly choice: WindowChoice }): ComponentChildren {
  return (
    <DataTable
      caption={`Configurations of ${choice.what}, the most cautious first`}
      rows={choice.grid.map(({ config, figure }, at) => ({ config: configText(config), figure, at }))}
      keyOf={({ config }) => config}
      columns={[
        { name: 'configuration', cell: ({ config, at }) => `${config}${markOf(choice, at)}` },
        { name: 'figure', number: true, cell: ({ figure }) => decimals(figure, 5) },
      ]}
    />
  );
}

function Curve({ curve }: { readonly curve: ValidationCurve }): ComponentChildren {
  const { setting, values, figures } = curve;
  return (
    <SvgChart
      name={`Validation figure over ${setting}`}
      summary={summaryOf(curve)}
      chart={validationCurveChart(curve)}
      height={200}
      stops={values.map((value, at) => ({
        x: at,
        says: `${setting} ${textOf(value)}: ${decimals(figures[at], 5)}${markOf(curve, at)}`,
      }))}
      table={() => ({
        columns: [setting, 'figure'],
        rows: values.map((value, at) => [`${textOf(value)}${markOf(curve, at)}`, decimals(figures[at], 5)]),
      })}
    />
  );
}

/** `Chosen 1000: 0.1064; the default, 3000: 0.1032. With halfLife off.` */
function summaryOf({ values, figures, chosen, standard, others }: ValidationCurve): string {
  const at = (index: number): string => `${textOf(values[index])}: ${decimals(figures[index], 5)}`;
  const ofDefault =
    standard === null
      ? '; the default has other settings too'
      : standard === chosen
        ? ', which is the default'
        : `; the default, ${at(standard)}`;
  const fixed = configText(others);
  return `Chosen ${at(chosen)}${ofDefault}.${fixed === '' ? '' : ` With ${fixed}.`}`;
}

function isDrawn(choice: WindowChoice): boolean {
  return choice.grid.some(({ figure }) => figure !== null) && validationCurves(choice).length > 0;
}

function markOf({ chosen, standard }: Pick<ValidationCurve, 'chosen' | 'standard'>, at: number): string {
  return `${at === chosen ? ', chosen' : ''}${at === standard ? ', default' : ''}`;
}

function textOf(value: number | string | undefined): string {
  return String(value ?? '');
}
