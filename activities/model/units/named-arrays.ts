/** A named array of 32-bit floats with a shape: the content of weights files and checkpoints. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Describes an array in the bytes: a weight spec of the TensorFlow.js format. */
export interface ArraySpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32';
}

/** Concatenates arrays, little-endian, without gaps. */
export function packArrays(arrays: readonly NamedArray[]): { specs: ArraySpec[]; bytes: Uint8Array } {
  const length = arrays.reduce((sum, { data }) => sum + data.length, 0);
  const view = new DataView(new ArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
  let at = 0;
  for (const { name, shape, data } of arrays) {
    if (sizeOf(shape) !== data.length)
      throw new RangeError(`array ${name} does not have the shape ${shape.join('×')}`);
    for (const value of data) {
      view.setFloat32(at, value, true);
      at += Float32Array.BYTES_PER_ELEMENT;
    }
  }
  return {
    specs: arrays.map(({ name, shape }) => ({ name, shape: [...shape], dtype: 'float32' })),
    bytes: new Uint8Array(view.buffer),
  };
}

/** @throws RangeError when the number of bytes does not match the specs. */
export function unpackArrays(specs: readonly ArraySpec[], bytes: Uint8Array): NamedArray[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const arrays = specs.map(({ name, shape }): NamedArray => {
    const data = new Float32Array(sizeOf(shape));
    for (let index = 0; index < data.length; index += 1) {
      data[index] = view.getFloat32(at, true);
      at += Float32Array.BYTES_PER_ELEMENT;
    }
    return { name, shape, data };
  });
  if (at !== bytes.byteLength)
    throw new RangeError(`the specs describe ${at} bytes, the file has ${bytes.byteLength}`);
  return arrays;
}

/** The array with a name. @throws RangeError when there is none. */
export function arrayNamed(arrays: readonly NamedArray[], name: string): NamedArray {
  const found = arrays.find((array) => array.name === name);
  if (found === undefined) throw new RangeError(`there is no array ${name}`);
  return found;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
