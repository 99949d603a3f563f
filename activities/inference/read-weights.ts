import type { DenseLayer, Layer, Widths } from './layers-model.js';
import { MODEL_LIMITS, widthOf } from './layers-model.js';

/** A dense layer before its weights are read. */
export type DenseShape = Omit<DenseLayer, 'kernel' | 'bias'>;
export type UnweighedLayer = Exclude<Layer, DenseLayer> | DenseShape;

/** A weight of a layer, as TensorFlow.js names it. */
export interface WeightShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The weights of some layers, in the order of weights.bin. */
export function weightsOf(layers: readonly UnweighedLayer[], widths: Widths): WeightShape[] {
  return layers.flatMap((layer) => {
    if (layer.kind !== 'dense') return [];
    const { name, width } = layer;
    return [
      { name: `${name}/kernel`, shape: [widthOf(widths, layer.from[0], name), width] },
      { name: `${name}/bias`, shape: [width] },
    ];
  });
}

/**
 * The layers with their weights.
 *
 * @param content Of weights.bin: float32, little-endian.
 * @throws Error when it has another size, or a weight is not finite.
 */
export function withWeights(layers: readonly UnweighedLayer[], widths: Widths, content: Uint8Array): Layer[] {
  const values = weightsOf(layers, widths).reduce(
    (sum, { shape: [height = 0, width = 1] }) => sum + height * width,
    0,
  );
  if (values > MODEL_LIMITS.weights)
    throw new Error(`it has ${values} weights; at most ${MODEL_LIMITS.weights} are read`);
  if (content.byteLength !== 4 * values)
    throw new Error(`expected ${4 * values} bytes, found ${content.byteLength}`);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  let next = 0;
  const take = (count: number): Float32Array => {
    const taken = new Float32Array(count);
    for (let at = 0; at < count; at += 1, next += 4) {
      const value = view.getFloat32(next, true);
      if (!Number.isFinite(value))
        throw new Error(`expected finite weights, found ${value} in place ${next / 4}`);
      taken[at] = value;
    }
    return taken;
  };
  return layers.map((layer) => {
    if (layer.kind !== 'dense') return layer;
    const kernel = take(widthOf(widths, layer.from[0], layer.name) * layer.width);
    return { ...layer, kernel, bias: take(layer.width) };
  });
}
