import type { Step } from './dense-step.js';
import { denseStep } from './dense-step.js';
import type { Layer, LayersModel, NamedColumns } from './layers-model.js';

/** Where some columns are in the array. */
export interface PlacedColumns extends NamedColumns {
  readonly at: number;
}

/** An output, and the numbers of the inputs that it is computed from. */
export interface OutputColumns extends PlacedColumns {
  readonly from: readonly number[];
}

/** How a row of a model is computed: the inputs are put in their places, and the steps fill the others in order. */
export interface PreparedLayers {
  /** Length of the array. */
  readonly size: number;
  readonly inputs: readonly PlacedColumns[];
  readonly outputs: readonly OutputColumns[];
  readonly steps: readonly Step[];
}

export function prepareLayers({ inputs, outputs, layers }: LayersModel): PreparedLayers {
  const places = new Map<string, PlacedColumns>();
  let size = 0;
  const placed = ({ name, width }: NamedColumns): PlacedColumns => {
    const columns = { name, width, at: size };
    places.set(name, columns);
    size += width;
    return columns;
  };
  const placeOf = (name: string): PlacedColumns => {
    const place = places.get(name);
    if (place === undefined) throw new RangeError(`no layer computes ${name}`);
    return place;
  };
  const given = inputs.map(placed);
  const steps = layers.map((layer) => {
    const from = layer.from.map(placeOf);
    return stepOf(layer, from, placed(layer).at);
  });
  const reached = reachedInputs({ inputs, layers });
  return {
    size,
    inputs: given,
    outputs: outputs.map((name) => ({ ...placeOf(name), from: [...(reached.get(name) ?? [])] })),
    steps,
  };
}

/** The numbers of the inputs that each layer is computed from, by name. */
function reachedInputs({
  inputs,
  layers,
}: Pick<LayersModel, 'inputs' | 'layers'>): Map<string, ReadonlySet<number>> {
  const reached = new Map<string, ReadonlySet<number>>(
    inputs.map(({ name }, input) => [name, new Set([input])]),
  );
  for (const { name, from } of layers)
    reached.set(name, new Set(from.flatMap((part) => [...(reached.get(part) ?? [])])));
  return reached;
}

function stepOf(layer: Layer, from: readonly PlacedColumns[], to: number): Step {
  const [first = 0, second = 0] = from.map(({ at }) => at);
  const { width } = layer;
  switch (layer.kind) {
    case 'dense':
      return denseStep(layer, first, to);
    case 'clipped': {
      const { limit } = layer;
      return (row) => {
        for (let column = 0; column < width; column += 1)
          row[to + column] = Math.min(limit, Math.max(0, row[first + column] ?? NaN));
      };
    }
    case 'joined':
      return (row) => {
        let next = to;
        for (const part of from) {
          row.copyWithin(next, part.at, part.at + part.width);
          next += part.width;
        }
      };
    case 'multiplied':
      return (row) => {
        for (let column = 0; column < width; column += 1)
          row[to + column] = (row[first + column] ?? NaN) * (row[second + column] ?? NaN);
      };
  }
}
