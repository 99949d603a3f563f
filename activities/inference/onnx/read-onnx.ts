import { GurukulError, errorMessage } from '../../../data/errors.js';
import { safeText } from '../../../data/text/safe-text.js';
import type { DenseLayer, Layer, LayersModel, Widths } from '../layers-model.js';
import { ACTIVATIONS, MODEL_LIMITS, addColumns, widthOf } from '../layers-model.js';
import type { LayersNetwork } from '../layers-network.js';
import { layersNetwork } from '../layers-network.js';
import { layerName } from '../layers-schema.js';
import { checkRecords } from './count-records.js';
import type { OnnxMessage, OnnxNode } from './onnx-messages.js';
import { decodeMessage, modelType } from './onnx-messages.js';
import { ACTIVATION_NODES, METADATA, PARTS, layersToOnnx } from './write-onnx.js';

/** Texts, bytes and messages in the file of the largest model: some tens for a layer, and those of concatenations. */
const MOST_PARTS = 64 * MODEL_LIMITS.layers;
const MOST_BYTES = MODEL_LIMITS.textBytes + 4 * MODEL_LIMITS.weights;

/**
 * Reads a model from an ONNX file that `layersToOnnx` wrote, and prepares its computation. Whatever that would not
 * have written – other operators, versions, names, texts, fields or their order – is refused.
 *
 * @param file For messages.
 * @throws GurukulError BadSchema when it is not such a file.
 */
export function readOnnx(file: string, bytes: Uint8Array): LayersNetwork {
  try {
    if (bytes.byteLength > MOST_BYTES)
      throw new Error(`it has ${bytes.byteLength} bytes; at most ${MOST_BYTES} are read`);
    checkRecords(modelType(), bytes, MOST_PARTS);
    const model = modelOf(decodeMessage(bytes));
    if (Buffer.compare(layersToOnnx(model), bytes) !== 0)
      throw new Error('it says more or other things than its layers, in another form, or in another order');
    return layersNetwork(model);
  } catch (error) {
    throw new GurukulError(
      'BadSchema',
      `${file}: not an ONNX model of this program: ${safeText(errorMessage(error))}`,
      { cause: error },
    );
  }
}

/** The layers of a message. What it does not look at is compared afterwards. */
function modelOf({ graph, metadata_props: props }: OnnxMessage): LayersModel {
  const widths: Widths = new Map();
  const inputs = graph.input.map(({ name, type }) => {
    const input = { name: checkedName(name), width: type.tensor_type.shape.dim[1]?.dim_value ?? NaN };
    addColumns(widths, input);
    return input;
  });
  const weights = new Map(graph.initializer.map((tensor) => [tensor.name, floats(tensor.raw_data)]));
  const layers: Layer[] = [];
  for (const node of graph.node) {
    const last = layers.at(-1);
    const activation = ACTIVATIONS.find((known) => ACTIVATION_NODES[known] === node.op_type);
    if (activation !== undefined && last?.kind === 'dense')
      layers[layers.length - 1] = { ...last, activation };
    else {
      const layer = layerOf(node, widths, weights);
      addColumns(widths, layer);
      layers.push(layer);
    }
  }
  if (layers.length > MODEL_LIMITS.layers) throw new Error(`it has ${layers.length} layers`);
  const metadata = props.find(({ key }) => key === METADATA)?.value;
  return {
    name: graph.name,
    inputs,
    outputs: graph.output.map(({ name }) => name),
    layers,
    metadata: metadata === undefined ? undefined : JSON.parse(metadata),
  };
}

function layerOf(
  { op_type: operator, input, output }: OnnxNode,
  widths: Widths,
  weights: ReadonlyMap<string, Float32Array>,
): Layer {
  const [first = '', second = ''] = input;
  const [name = ''] = output;
  const weightOf = (of: string): Float32Array => {
    const values = weights.get(of);
    if (values === undefined) throw new Error(`it has no weights ${of}`);
    return values;
  };
  switch (operator) {
    case 'Gemm':
      return denseOf(name.replace(/\/sums$/, ''), first, widths, weightOf);
    case 'Clip': {
      const limit = weightOf(PARTS.most(checkedName(name)))[0] ?? NaN;
      if (!(limit > 0)) throw new Error(`${name} has the limit ${limit}`);
      return { kind: 'clipped', name, from: [first], width: widthOf(widths, first, name), limit };
    }
    case 'Concat': {
      const width = input.reduce((sum, from) => sum + widthOf(widths, from, name), 0);
      if (input.length < 2) throw new Error(`${name} joins one part`);
      return { kind: 'joined', name: checkedName(name), from: input, width };
    }
    case 'Mul': {
      const width = widthOf(widths, first, name);
      if (widthOf(widths, second, name) !== width) throw new Error(`${name} multiplies other widths`);
      return { kind: 'multiplied', name: checkedName(name), from: [first, second], width };
    }
    default:
      throw new Error(`it has a node of type ${operator.slice(0, 64)}`);
  }
}

function denseOf(
  name: string,
  from: string,
  widths: Widths,
  weightOf: (name: string) => Float32Array,
): DenseLayer {
  const kernel = weightOf(PARTS.kernel(checkedName(name)));
  const bias = weightOf(PARTS.bias(name));
  const inputs = widthOf(widths, from, name);
  if (bias.length === 0 || kernel.length !== inputs * bias.length)
    throw new Error(`${name} has ${kernel.length} weights and ${bias.length} biases for ${inputs} inputs`);
  return { kind: 'dense', name, from: [from], activation: 'linear', width: bias.length, kernel, bias };
}

function checkedName(name: string): string {
  if (!layerName.safeParse(name).success)
    throw new Error('a layer has no name of letters, digits, _, - and .');
  return name;
}

function floats(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(Math.floor(bytes.byteLength / 4));
  for (let at = 0; at < values.length; at += 1) {
    const value = view.getFloat32(4 * at, true);
    if (!Number.isFinite(value)) throw new Error(`a weight is ${value}`);
    values[at] = value;
  }
  return values;
}
