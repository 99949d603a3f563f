import { z } from 'zod';

import { ACTIVATIONS, MODEL_LIMITS } from './layers-model.js';

/** Also a name in an ONNX file, and part of the name of a weight. */
export const layerName = z.string().regex(/^[\w.-]{1,64}$/);
export const layerWidth = z.int().min(1).max(MODEL_LIMITS.columns);

const zeros = z.strictObject({ class_name: z.literal('Zeros'), config: z.strictObject({}) });
const shape = z.tuple([z.null(), layerWidth]);

const dense = {
  activity_regularizer: z.null(),
  bias_constraint: z.null(),
  bias_initializer: zeros,
  bias_regularizer: z.null(),
  kernel_constraint: z.null(),
  kernel_initializer: zeros,
  kernel_regularizer: z.null(),
  trainable: z.literal(true),
  use_bias: z.literal(true),
  name: layerName,
  activation: z.enum(ACTIVATIONS),
  units: layerWidth,
};

/** Output of a layer: of its only node, the only tensor, without arguments. */
const source = z.tuple([layerName, z.literal(0), z.literal(0)]);
const inbound = z.tuple([layerName, z.literal(0), z.literal(0), z.strictObject({})]);
const plain = { name: layerName, trainable: z.literal(true) };

/** A layer of a functional model: it is applied once. */
const functionalLayer = z.discriminatedUnion('class_name', [
  z.strictObject({
    class_name: z.literal('InputLayer'),
    name: layerName,
    inbound_nodes: z.tuple([]),
    config: z.strictObject({
      batch_input_shape: shape,
      dtype: z.literal('float32'),
      name: layerName,
      sparse: z.literal(false),
    }),
  }),
  z.strictObject({
    class_name: z.literal('Dense'),
    name: layerName,
    inbound_nodes: z.tuple([z.tuple([inbound])]),
    config: z.strictObject(dense),
  }),
  z.strictObject({
    class_name: z.literal('ReLU'),
    name: layerName,
    inbound_nodes: z.tuple([z.tuple([inbound])]),
    config: z.strictObject({ ...plain, max_value: z.number().positive() }),
  }),
  z.strictObject({
    class_name: z.literal('Concatenate'),
    name: layerName,
    inbound_nodes: z.tuple([z.array(inbound).min(2).max(MODEL_LIMITS.layers)]),
    config: z.strictObject({ ...plain, axis: z.literal(-1) }),
  }),
  z.strictObject({
    class_name: z.literal('Multiply'),
    name: layerName,
    inbound_nodes: z.tuple([z.tuple([inbound, inbound])]),
    config: z.strictObject(plain),
  }),
]);
export type FunctionalLayer = z.output<typeof functionalLayer>;

const functional = z.strictObject({
  backend: z.literal('tensor_flow.js'),
  class_name: z.literal('Model'),
  keras_version: z.string().regex(/^tfjs-layers [\d.]+$/),
  config: z.strictObject({
    name: layerName,
    input_layers: z.array(source).min(1).max(MODEL_LIMITS.layers),
    layers: z.array(functionalLayer).min(1).max(MODEL_LIMITS.layers),
    output_layers: z.array(source).min(1).max(MODEL_LIMITS.layers),
  }),
});

const denseClass = z.literal('Dense');
const sequential = z.strictObject({
  backend: z.literal('tensor_flow.js'),
  class_name: z.literal('Sequential'),
  keras_version: z.string().regex(/^tfjs-layers [\d.]+$/),
  config: z.strictObject({
    name: layerName,
    layers: z.tuple(
      [
        z.strictObject({
          class_name: denseClass,
          config: z.strictObject({ ...dense, batch_input_shape: shape, dtype: z.literal('float32') }),
        }),
      ],
      z.strictObject({ class_name: denseClass, config: z.strictObject(dense) }),
    ),
  }),
});
export type Sequential = z.output<typeof sequential>;

/** model.json of a TensorFlow.js layers model of these layers and no others. */
export const layersModelSchema = z.strictObject({
  format: z.literal('layers-model'),
  generatedBy: z.string().regex(/^TensorFlow\.js tfjs-layers v[\d.]+$/),
  convertedBy: z.null(),
  modelTopology: z.discriminatedUnion('class_name', [functional, sequential]),
  weightsManifest: z.tuple([
    z.strictObject({
      paths: z.tuple([z.literal('weights.bin')]),
      weights: z
        .array(
          z.strictObject({
            dtype: z.literal('float32'),
            name: z.string().max(128),
            shape: z.array(layerWidth).min(1).max(2),
          }),
        )
        .max(2 * MODEL_LIMITS.layers),
    }),
  ]),
  userDefinedMetadata: z.unknown(),
});
