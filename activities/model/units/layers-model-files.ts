import { canonicalJson } from '../../../data/store/digests.js';
import { tf } from '../tensorflow.js';

/** The files of a layers model, as `tf.loadLayersModel` opens them. */
export interface LayersModelFiles {
  readonly 'model.json': Uint8Array;
  readonly 'weights.bin': Uint8Array;
}

/** @param metadata Kept as userDefinedMetadata. */
export async function layersModelFiles(model: tf.LayersModel, metadata: unknown): Promise<LayersModelFiles> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      saved = artifacts;
      return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) });
    }),
  );
  const weights = saved?.weightData;
  if (saved === undefined || weights === undefined) throw new Error('the model could not be saved');
  const json = canonicalJson({
    format: 'layers-model',
    generatedBy: saved.generatedBy,
    convertedBy: null,
    modelTopology: saved.modelTopology,
    weightsManifest: [{ paths: ['weights.bin'], weights: saved.weightSpecs }],
    userDefinedMetadata: metadata,
  });
  return {
    'model.json': Buffer.from(`${json}\n`),
    'weights.bin': new Uint8Array(tf.io.CompositeArrayBuffer.join(weights)),
  };
}
