import protobuf from 'protobufjs/light.js';
import { z } from 'zod';

import { problemsOf } from '../problems.js';

/*
 * The few messages of an ONNX file that a small network needs, with the numbers and types of their fields in onnx.proto
 * (proto2) of the Open Neural Network Exchange, Apache-2.0, as in release 1.23.2; none has changed since IR version 3.
 */

type FieldText = `${'' | 'repeated '}${string} = ${number}`;

const MESSAGES: Readonly<Record<string, Readonly<Record<string, FieldText>>>> = {
  ModelProto: {
    ir_version: 'int64 = 1',
    producer_name: 'string = 2',
    doc_string: 'string = 6',
    graph: 'GraphProto = 7',
    opset_import: 'repeated OperatorSetIdProto = 8',
    metadata_props: 'repeated StringStringEntryProto = 14',
  },
  OperatorSetIdProto: { domain: 'string = 1', version: 'int64 = 2' },
  StringStringEntryProto: { key: 'string = 1', value: 'string = 2' },
  GraphProto: {
    node: 'repeated NodeProto = 1',
    name: 'string = 2',
    initializer: 'repeated TensorProto = 5',
    input: 'repeated ValueInfoProto = 11',
    output: 'repeated ValueInfoProto = 12',
  },
  NodeProto: {
    input: 'repeated string = 1',
    output: 'repeated string = 2',
    name: 'string = 3',
    op_type: 'string = 4',
    attribute: 'repeated AttributeProto = 5',
  },
  AttributeProto: { name: 'string = 1', i: 'int64 = 3', type: 'int32 = 20' },
  ValueInfoProto: { name: 'string = 1', type: 'TypeProto = 2', doc_string: 'string = 3' },
  TypeProto: { tensor_type: 'Tensor = 1' },
  /** TypeProto.Tensor. */
  Tensor: { elem_type: 'int32 = 1', shape: 'TensorShapeProto = 2' },
  TensorShapeProto: { dim: 'repeated Dimension = 1' },
  /** TensorShapeProto.Dimension. */
  Dimension: { dim_value: 'int64 = 1', dim_param: 'string = 2' },
  TensorProto: {
    dims: 'repeated int64 = 1',
    data_type: 'int32 = 2',
    name: 'string = 8',
    raw_data: 'bytes = 9',
  },
};

/** TensorProto.DataType.FLOAT, and AttributeProto.AttributeType.INT. */
export const FLOAT = 1;
export const INT = 2;

const text = z.string();
const whole = z.int();
const valueInfo = z.object({
  name: text,
  type: z.object({
    tensor_type: z.object({
      elem_type: whole,
      shape: z.object({
        dim: z.array(z.object({ dim_value: whole.optional(), dim_param: text.optional() })),
      }),
    }),
  }),
  doc_string: text.optional(),
});
const node = z.object({
  input: z.array(text),
  output: z.array(text),
  name: text,
  op_type: text,
  attribute: z.array(z.object({ name: text, i: whole, type: whole })),
});
const tensor = z.object({
  dims: z.array(whole),
  data_type: whole,
  name: text,
  raw_data: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
});
const onnxMessageSchema = z.object({
  ir_version: whole,
  producer_name: text,
  doc_string: text,
  graph: z.object({
    node: z.array(node),
    name: text,
    initializer: z.array(tensor),
    input: z.array(valueInfo),
    output: z.array(valueInfo),
  }),
  opset_import: z.array(z.object({ domain: text, version: whole })),
  metadata_props: z.array(z.object({ key: text, value: text })),
});

/** A ModelProto with everything that such a model has. */
export type OnnxMessage = z.output<typeof onnxMessageSchema>;
export type OnnxNode = z.output<typeof node>;
export type OnnxTensor = z.output<typeof tensor>;
export type OnnxValue = z.output<typeof valueInfo>;

/** Built with the first model, so that programs without one start faster. */
let built: protobuf.Type | undefined;

/** The type ModelProto. */
export function modelType(): protobuf.Type {
  if (built !== undefined) return built;
  const nested: Record<string, protobuf.IType & { readonly edition: string }> = {};
  for (const [message, texts] of Object.entries(MESSAGES)) {
    const fields: Record<string, protobuf.IField> = {};
    for (const [name, field] of Object.entries(texts)) fields[name] = fieldOf(field);
    // In this edition a field that is there is written, whatever its value, and numbers are not packed.
    nested[message] = { edition: 'proto2', fields };
  }
  const root = protobuf.Root.fromJSON({ nested });
  built = root.resolveAll().lookupType('ModelProto');
  return built;
}

function fieldOf(field: FieldText): protobuf.IField {
  const [declared = '', id] = field.split(' = ');
  const type = declared.replace('repeated ', '');
  return { id: Number(id), type, ...(type === declared ? {} : { rule: 'repeated' }) };
}

/** A message as bytes: fields by number, so that equal messages give equal bytes. */
export function encodeMessage(message: OnnxMessage): Uint8Array {
  const type = modelType();
  return new Uint8Array(type.encode(type.fromObject(message)).finish());
}

/** @throws Error when the bytes are no ModelProto with the fields above. Fields that are not known are left out. */
export function decodeMessage(bytes: Uint8Array): OnnxMessage {
  const type = modelType();
  const value: unknown = type.toObject(type.decode(bytes), { longs: Number, arrays: true });
  const parsed = onnxMessageSchema.safeParse(value);
  if (!parsed.success) throw new Error(problemsOf(parsed.error));
  return parsed.data;
}
