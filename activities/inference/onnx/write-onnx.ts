import { canonicalJson } from '../../../data/store/digests.js';
import type { Activation, Layer, LayersModel, NamedColumns } from '../layers-model.js';
import { columnNames } from './column-names.js';
import type { OnnxMessage, OnnxNode, OnnxTensor, OnnxValue } from './onnx-messages.js';
import { FLOAT, INT, encodeMessage } from './onnx-messages.js';

/** What onnxruntime 1.10 and later read, and nothing here needs more. */
const IR_VERSION = 8;
const OPSET = 13;

/** The entry of metadata_props with the model's metadata as canonical JSON. */
export const METADATA = 'metadata';
/** The dimension of the rows. */
const ROWS = 'rows';

/** The node that follows the sums of a dense layer. */
export const ACTIVATION_NODES: Readonly<Record<Activation, string | undefined>> = {
  linear: undefined,
  relu: 'Relu',
  sigmoid: 'Sigmoid',
  tanh: 'Tanh',
};

/** Names of what belongs to a layer; layers have no slash in theirs. */
export const PARTS = {
  kernel: (layer: string): string => `${layer}/kernel`,
  bias: (layer: string): string => `${layer}/bias`,
  /** The sums of a dense layer, before its activation. */
  sums: (layer: string): string => `${layer}/sums`,
  least: (layer: string): string => `${layer}/least`,
  most: (layer: string): string => `${layer}/most`,
} as const;

/**
 * A model as an ONNX file: IR version 8, operators of opset 13 (Gemm, Relu, Sigmoid, Tanh, Clip, Concat, Mul), float32,
 * inputs and outputs of any number of rows. Equal models give equal bytes.
 */
export function layersToOnnx(model: LayersModel): Uint8Array {
  const { name, inputs, outputs, layers, metadata } = model;
  const valueOf = ({ name: value, width }: NamedColumns, doc?: string): OnnxValue => ({
    name: value,
    type: {
      tensor_type: {
        elem_type: FLOAT,
        shape: { dim: [{ dim_param: ROWS }, { dim_value: width }] },
      },
    },
    ...(doc === undefined ? {} : { doc_string: doc }),
  });
  const message: OnnxMessage = {
    ir_version: IR_VERSION,
    producer_name: 'gurukul',
    doc_string: `Columns of the inputs: in their doc_string, and in the entry ${METADATA} of metadata_props.`,
    graph: {
      node: layers.flatMap(nodesOf),
      name,
      initializer: layers.flatMap(tensorsOf),
      input: inputs.map((input) => valueOf(input, columnNames(metadata, input.name)?.join(', '))),
      output: outputs.map((output) => {
        const layer = layers.find((known) => known.name === output);
        if (layer === undefined) throw new RangeError(`no layer computes ${output}`);
        return valueOf(layer);
      }),
    },
    opset_import: [{ domain: '', version: OPSET }],
    metadata_props: metadata === undefined ? [] : [{ key: METADATA, value: canonicalJson(metadata) }],
  };
  return encodeMessage(message);
}

function nodesOf(layer: Layer): OnnxNode[] {
  const { name, from } = layer;
  const node = (
    op_type: string,
    input: readonly string[],
    output = name,
    attribute: OnnxNode['attribute'] = [],
  ): OnnxNode => ({ input: [...input], output: [output], name: output, op_type, attribute });
  switch (layer.kind) {
    case 'dense': {
      const activation = ACTIVATION_NODES[layer.activation];
      const weighed = [...from, PARTS.kernel(name), PARTS.bias(name)];
      if (activation === undefined) return [node('Gemm', weighed)];
      return [node('Gemm', weighed, PARTS.sums(name)), node(activation, [PARTS.sums(name)])];
    }
    case 'clipped':
      return [node('Clip', [...from, PARTS.least(name), PARTS.most(name)])];
    case 'joined':
      return [node('Concat', from, name, [{ name: 'axis', i: 1, type: INT }])];
    case 'multiplied':
      return [node('Mul', from)];
  }
}

function tensorsOf(layer: Layer): OnnxTensor[] {
  const { name, width } = layer;
  const tensor = (of: string, dims: readonly number[], values: Float32Array): OnnxTensor => ({
    ...{ dims: [...dims], data_type: FLOAT, name: of, raw_data: littleEndian(values) },
  });
  switch (layer.kind) {
    case 'dense': {
      const { kernel, bias } = layer;
      return [
        tensor(PARTS.kernel(name), [kernel.length / width, width], kernel),
        tensor(PARTS.bias(name), [width], bias),
      ];
    }
    case 'clipped':
      return [
        tensor(PARTS.least(name), [], Float32Array.of(0)),
        tensor(PARTS.most(name), [], Float32Array.of(layer.limit)),
      ];
    case 'joined':
    case 'multiplied':
      return [];
  }
}

function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => view.setFloat32(4 * at, value, true));
  return bytes;
}
