import type { z } from 'zod';

import { GurukulError, errorMessage } from '../../data/errors.js';
import { canonicalJson } from '../../data/store/digests.js';
import { safeText } from '../../data/text/safe-text.js';
import type { LayersModel, NamedColumns, Widths } from './layers-model.js';
import { MODEL_LIMITS, addColumns, widthOf } from './layers-model.js';
import type { FunctionalLayer, Sequential } from './layers-schema.js';
import { layersModelSchema } from './layers-schema.js';
import { problemsOf } from './problems.js';
import type { DenseShape, UnweighedLayer } from './read-weights.js';
import { weightsOf, withWeights } from './read-weights.js';

type ModelJson = z.output<typeof layersModelSchema>;
type Topology = ModelJson['modelTopology'];

/** The structure of a model. */
interface Structure {
  readonly inputs: readonly NamedColumns[];
  readonly outputs: readonly string[];
  readonly layers: readonly UnweighedLayer[];
  readonly widths: Widths;
}

/**
 * Reads a layers model from its two files.
 *
 * @param file Path of model.json, for messages.
 * @throws GurukulError BadSchema when model.json is not canonical JSON of such a model, the weights have another size or
 * are not finite, or the model is larger than {@link MODEL_LIMITS}.
 */
export function readLayersModel(file: string, modelJson: Uint8Array, weights: Uint8Array): LayersModel {
  const { name, widths, layers, ...ends } = readAs(file, 'not a model that can be computed', () => {
    const { modelTopology, weightsManifest, userDefinedMetadata } = parseModelJson(modelJson);
    const structure = structureOf(modelTopology);
    checkListed(structure, weightsManifest[0].weights);
    return { ...structure, name: modelTopology.config.name, metadata: userDefinedMetadata };
  });
  const weightsFile = file.replace(/[^/]+$/, 'weights.bin');
  return {
    ...{ name, ...ends },
    layers: readAs(weightsFile, 'not the weights of its model', () => withWeights(layers, widths, weights)),
  };
}

function readAs<Result>(file: string, problem: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new GurukulError('BadSchema', `${file}: ${problem}: ${safeText(errorMessage(error))}`, {
      cause: error,
    });
  }
}

function parseModelJson(content: Uint8Array): ModelJson {
  if (content.byteLength > MODEL_LIMITS.textBytes)
    throw new Error(`it has ${content.byteLength} bytes; at most ${MODEL_LIMITS.textBytes} are read`);
  const text = Buffer.from(content).toString('utf8');
  const value: unknown = JSON.parse(text);
  if (`${canonicalJson(value)}\n` !== text) throw new Error('it is not canonical JSON');
  const parsed = layersModelSchema.safeParse(value);
  if (!parsed.success) throw new Error(problemsOf(parsed.error));
  return parsed.data;
}

function structureOf(topology: Topology): Structure {
  return topology.class_name === 'Sequential'
    ? sequentialStructure(topology.config)
    : functionalStructure(topology.config);
}

/** Dense layers, one after the other; the input has the name `features`. */
function sequentialStructure({ layers }: Sequential['config']): Structure {
  const [{ config: first }] = layers;
  const input = { name: 'features', width: first.batch_input_shape[1] };
  const widths: Widths = new Map();
  addColumns(widths, input);
  let last = input.name;
  const dense = layers.map(({ config: { name, activation, units } }): DenseShape => {
    const from = [last] as const;
    addColumns(widths, { name, width: units });
    last = name;
    return { kind: 'dense', name, from, activation, width: units };
  });
  return { inputs: [input], outputs: [last], layers: dense, widths };
}

function functionalStructure(config: Exclude<Topology, Sequential>['config']): Structure {
  const widths: Widths = new Map();
  const inputs: NamedColumns[] = [];
  const layers: UnweighedLayer[] = [];
  for (const layer of config.layers) {
    const { name } = layer;
    if (layer.config.name !== name) throw new Error(`${name} has another name inside: ${layer.config.name}`);
    if (layer.class_name === 'InputLayer') {
      const input = { name, width: layer.config.batch_input_shape[1] };
      addColumns(widths, input);
      inputs.push(input);
    } else {
      const read = readLayer(layer, widths);
      addColumns(widths, read);
      layers.push(read);
    }
  }
  const given = config.input_layers.map(([name]) => name);
  if (given.length !== inputs.length)
    throw new Error('its input_layers are not its layers of class InputLayer');
  const outputs = config.output_layers.map(([name]) => name);
  for (const name of outputs)
    if (!layers.some((layer) => layer.name === name)) throw new Error(`no layer computes its output ${name}`);
  if (new Set(outputs).size < outputs.length) throw new Error('an output is listed twice');
  return {
    inputs: given.map((name) => {
      const input = inputs.find((known) => known.name === name);
      if (input === undefined) throw new Error(`its input ${name} has no layer of class InputLayer`);
      return input;
    }),
    ...{ outputs, layers, widths },
  };
}

function readLayer(
  layer: Exclude<FunctionalLayer, { class_name: 'InputLayer' }>,
  widths: Widths,
): UnweighedLayer {
  const { name } = layer;
  const widthFrom = (from: string): number => widthOf(widths, from, name);
  switch (layer.class_name) {
    case 'Dense': {
      const [[[from]]] = layer.inbound_nodes;
      widthFrom(from);
      const { activation, units } = layer.config;
      return { kind: 'dense', name, from: [from], activation, width: units };
    }
    case 'ReLU': {
      const [[[from]]] = layer.inbound_nodes;
      return {
        kind: 'clipped',
        name,
        from: [from],
        width: widthFrom(from),
        limit: Math.fround(layer.config.max_value),
      };
    }
    case 'Concatenate': {
      const from = layer.inbound_nodes[0].map(([part]) => part);
      return { kind: 'joined', name, from, width: from.reduce((sum, part) => sum + widthFrom(part), 0) };
    }
    case 'Multiply': {
      const [[[one], [other]]] = layer.inbound_nodes;
      const width = widthFrom(one);
      if (widthFrom(other) !== width)
        throw new Error(`${name} multiplies ${width} columns by ${widthFrom(other)}`);
      return { kind: 'multiplied', name, from: [one, other], width };
    }
  }
}

/** @throws Error when the manifest lists other weights than the layers have, or in another order. */
function checkListed(
  { layers, widths }: Structure,
  listed: ModelJson['weightsManifest'][0]['weights'],
): void {
  const found = listed.map(({ name, shape }) => `${name} ${shape.join('×')}`);
  const expected = weightsOf(layers, widths).map(({ name, shape }) => `${name} ${shape.join('×')}`);
  const count = Math.max(expected.length, found.length);
  for (let at = 0; at < count; at += 1)
    if (found[at] !== expected[at])
      throw new Error(`weight ${at} is ${found[at] ?? 'missing'}; expected ${expected[at] ?? 'none'}`);
}
