import protobuf from 'protobufjs/light.js';

/** Wire type of texts, bytes and messages. */
const DELIMITED = 2;

/**
 * Counts texts, bytes and messages in a message and in those inside it, without building any: in two bytes there can be
 * an empty message that takes a hundred times as much in memory.
 *
 * @throws Error when there are more, or the bytes are no message.
 */
export function checkRecords(type: protobuf.Type, bytes: Uint8Array, most: number): void {
  let count = 0;
  const walk = (message: protobuf.Type, part: Uint8Array): void => {
    const reader = protobuf.Reader.create(part);
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      const wire = tag & 7;
      if (wire !== DELIMITED) {
        reader.skipType(wire);
        continue;
      }
      count += 1;
      if (count > most) throw new Error(`it has more than ${most} parts`);
      const content = reader.bytes();
      const inner = message.fieldsById[tag >>> 3]?.resolvedType;
      if (inner instanceof protobuf.Type) walk(inner, content);
    }
  };
  walk(type, bytes);
}
