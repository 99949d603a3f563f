/** Some columns that a model is given or computes: row-major [rows × width]. */
export interface NamedColumns {
  readonly name: string;
  readonly width: number;
}

export const ACTIVATIONS = ['linear', 'relu', 'sigmoid', 'tanh'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** activation(x · kernel + bias). */
export interface DenseLayer extends NamedColumns {
  readonly kind: 'dense';
  readonly from: readonly [string];
  readonly activation: Activation;
  /** Row-major [width of the input × width]. */
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** min(limit, max(0, x)). */
export interface ClippedLayer extends NamedColumns {
  readonly kind: 'clipped';
  readonly from: readonly [string];
  readonly limit: number;
}

/** Columns side by side. */
export interface JoinedLayer extends NamedColumns {
  readonly kind: 'joined';
  readonly from: readonly string[];
}

/** Column by column. */
export interface MultipliedLayer extends NamedColumns {
  readonly kind: 'multiplied';
  readonly from: readonly [string, string];
}

export type Layer = DenseLayer | ClippedLayer | JoinedLayer | MultipliedLayer;

/** A small model of a few kinds of layers, without anything that computes it. */
export interface LayersModel {
  readonly name: string;
  readonly inputs: readonly NamedColumns[];
  /** Names of the layers that are the model's outputs. */
  readonly outputs: readonly string[];
  /** In the order of their computation: each reads inputs and layers before it. */
  readonly layers: readonly Layer[];
  /** What the model's file says about it; plain JSON. */
  readonly metadata: unknown;
}

/** Bounds of what is read: a file within them is computed in little memory, however it was made. */
export const MODEL_LIMITS = {
  /** Of model.json, or of model.onnx without its weights. */
  textBytes: 4 * 1_048_576,
  weights: 16 * 1_048_576,
  layers: 256,
  /** Of inputs and all layers together. */
  columns: 131_072,
} as const;

/** Widths of inputs and layers by name. */
export type Widths = Map<string, number>;

/**
 * Adds the columns of an input or layer.
 *
 * @throws Error when the name is taken, or the model has too many columns.
 */
export function addColumns(widths: Widths, { name, width }: NamedColumns): void {
  if (widths.has(name)) throw new Error(`two layers are called ${name}`);
  widths.set(name, width);
  let columns = 0;
  for (const count of widths.values()) columns += count;
  if (columns > MODEL_LIMITS.columns)
    throw new Error(`it has ${columns} columns or more; at most ${MODEL_LIMITS.columns} are read`);
}

/** @throws Error when no input and no layer so far has the name. */
export function widthOf(widths: Widths, name: string, reader: string): number {
  const width = widths.get(name);
  if (width === undefined) throw new Error(`${reader} reads ${name}, which no layer before it computes`);
  return width;
}
