/** The package states a file of types and does not contain it: it has what its common part has. */
declare module 'onnxruntime-node' {
  export { InferenceSession, Tensor } from 'onnxruntime-common';
}
