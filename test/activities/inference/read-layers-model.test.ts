import { expect } from 'chai';
import fc from 'fast-check';

import { readLayersNetwork } from '../../../activities/inference/layers-network.js';
import { MODEL_LIMITS } from '../../../activities/inference/layers-model.js';
import type { LayersModelFiles } from '../../../activities/model/units/layers-model-files.js';
import { GurukulError } from '../../../data/errors.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import { randomModel } from './random-model.js';

/** A change of the text of model.json, and what the refusal says. */
type Edit = readonly [what: string, from: string, to: string, message: RegExp];

const LAYER = '{"class_name":"Dense","config":{"activation":"sigmoid"';

const EDITS: readonly Edit[] = [
  ['another class', LAYER, LAYER.replace('Dense', 'Lambda'), /layers\.\d+\.class_name/],
  ['another activation', '"activation":"sigmoid"', '"activation":"softplus"', /activation/],
  ['a regularizer', '"bias_regularizer":null', '"bias_regularizer":{}', /bias_regularizer/],
  ['an argument of a layer', '0,0,{}', '0,0,{"training":true}', /inbound_nodes/],
  ['a field that nobody knows', '"format":"layers-model"', '"format":"layers-model","formats":1', /formats/],
  ['a width of 0', '"batch_input_shape":[null,', '"batch_input_shape":[0,', /batch_input_shape/],
  [
    'an infinite width',
    '"batch_input_shape":[null,',
    '"batch_input_shape":[null,1000000,',
    /batch_input_shape/,
  ],
  ['another file of weights', '"weights.bin"', '"../weights.bin"', /paths/],
  [
    'weights of another type',
    '"dtype":"float32","name":"score/bias"',
    '"dtype":"int32","name":"score/bias"',
    /dtype/,
  ],
  ['spaces', '{"convertedBy"', '{ "convertedBy"', /not canonical JSON/],
  ['half of the text', '"layers":[', '', /JSON/],
  [
    'an output that no layer computes',
    '"output_layers":[["probability"',
    '"output_layers":[["nothing"',
    /no layer computes its output nothing/,
  ],
  [
    'an output twice',
    '"output_layers":[["probability"',
    '"output_layers":[["score"',
    /an output is listed twice/,
  ],
  [
    'an input that is none',
    '"input_layers":[["features"',
    '"input_layers":[["score"',
    /its input score has no layer/,
  ],
  [
    'a layer that reads itself',
    '"inbound_nodes":[[["score_terms"',
    '"inbound_nodes":[[["score"',
    /score reads score, which no layer before it computes/,
  ],
  [
    'two layers of a name',
    '"name":"score","trainable":true,"units":1,"use_bias":true},"inbound_nodes":[[["score_terms",0,0,{}]]],"name":"score"',
    '"name":"probability","trainable":true,"units":1,"use_bias":true},"inbound_nodes":[[["score_terms",0,0,{}]]],"name":"probability"',
    /two layers are called probability/,
  ],
  [
    'another name inside',
    '"name":"score","trainable":true,"units":1',
    '"name":"other","trainable":true,"units":1',
    /score has another name inside: other/,
  ],
  [
    'another name of a weight',
    '"name":"score/bias"',
    '"name":"score/shift"',
    /weight \d+ is score\/shift 1; expected score\/bias 1/,
  ],
  [
    'more units than weights',
    '"name":"score","trainable":true,"units":1',
    '"name":"score","trainable":true,"units":9',
    /expected score\/kernel \d+×9/,
  ],
  [
    'more columns than are read',
    '"name":"score","trainable":true,"units":1',
    `"name":"score","trainable":true,"units":${MODEL_LIMITS.columns}`,
    /columns or more; at most/,
  ],
];

describe('reading a layers model', () => {
  let files: LayersModelFiles;
  before(async () => {
    await initBackend();
    const made = await randomModel(11);
    files = made.files;
    made.model.dispose();
  });

  const refused = (
    json: string | Uint8Array,
    weights: Uint8Array,
    message: RegExp,
    file = 'model.json',
  ): void => {
    expect(() => readLayersNetwork('some/model.json', Buffer.from(json), weights))
      .to.throw(GurukulError, message)
      .that.satisfies(
        ({ type, message: text }: GurukulError) =>
          type === 'BadSchema' && text.startsWith(`some/${file}: `) && !text.includes('\n'),
      );
  };

  for (const [what, from, to, message] of EDITS)
    it(`refuses ${what}`, () => {
      const text = Buffer.from(files['model.json']).toString();
      expect(text).to.contain(from);
      refused(text.replace(from, to), files['weights.bin'], message);
    });

  it('refuses fewer or more weights, and weights that are not finite', () => {
    const weights = files['weights.bin'];
    const bin = (content: Uint8Array, message: RegExp): void =>
      refused(files['model.json'], content, message, 'weights.bin');
    bin(weights.subarray(4), /expected \d+ bytes, found \d+/);
    bin(new Uint8Array([...weights, 0, 0, 0, 0]), /expected \d+ bytes, found \d+/);
    const holed = weights.slice();
    holed.set([0, 0, 0xc0, 0x7f]);
    bin(holed, /expected finite weights, found NaN in place 0/);
  });

  it('refuses large and deeply nested files before anything is computed', () => {
    refused(Buffer.alloc(MODEL_LIMITS.textBytes + 1, ' '), new Uint8Array(0), /at most \d+ are read/);
    refused(`${'['.repeat(100_000)}${']'.repeat(100_000)}\n`, new Uint8Array(0), /not a model/);
    refused('', new Uint8Array(0), /JSON/);
    refused(`${canonicalJson({})}\n`, new Uint8Array(0), /format: .*; .*modelTopology/);
  });

  it('refuses any other text with one message, and never fails otherwise', () => {
    const text = Buffer.from(files['model.json']).toString();
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 5 }), (at, insert) => {
        const changed = `${text.slice(0, at)}${insert}${text.slice(at + 1)}`;
        try {
          readLayersNetwork('model.json', Buffer.from(changed), files['weights.bin']);
        } catch (error) {
          expect(error).to.be.an.instanceOf(GurukulError).with.property('type', 'BadSchema');
        }
      }),
      { numRuns: 200 },
    );
  });
});
