import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';

import { GurukulError, storeUnavailable } from '../../errors.js';
import type { StoredFacts } from '../store.js';
import { answerOf } from './answers.js';
import type { StoreAddress } from './store-address.js';

/** What must hold of an object for it to be written. */
export type Condition = { readonly absent: true } | { readonly etag: string };

/** An object with its content. */
export interface StoredObject {
  readonly content: Buffer;
  /** The server's name of this content. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly writtenMs: number;
}

/** What lies directly below a prefix, each without it. */
export interface Below {
  readonly objects: readonly string[];
  /** Without the slash at the end. */
  readonly folders: readonly string[];
}

/** Metadata of an object that was written on a condition: who wrote it. */
const WRITE = 'gurukul-write';

const NOT_FOUND = 404;
const CONFLICT = 409;
const PRECONDITION_FAILED = 412;

/** A server that is busy with another conditional write of an object says so, and wants to be asked again. */
const MOST_CONFLICTS = 8;
const CONFLICT_MS = 40;
/** The most that a server removes at once. */
const REMOVED_AT_ONCE = 1_000;

/**
 * The objects of a bucket below a prefix. A server keeps an object whole, gives what was written last, and decides
 * conditional writes one after the other: what {@link Store} promises rests on this.
 *
 * Every function throws GurukulError StoreUnavailable where the server does not do what is asked, after a few attempts.
 */
export class S3Objects {
  constructor(
    private readonly client: S3Client,
    private readonly address: StoreAddress,
  ) {}

  /** Undefined where there is none. */
  async get(name: string): Promise<StoredObject | undefined> {
    return this.unlessMissing(`read ${this.url(name)}`, async () => {
      const { Body, ETag = '', LastModified } = await this.client.send(new GetObjectCommand(this.of(name)));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array(0);
      return {
        content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        etag: ETag,
        writtenMs: LastModified?.getTime() ?? 0,
      };
    });
  }

  /** Undefined where there is none. */
  async head(name: string): Promise<StoredFacts | undefined> {
    return this.unlessMissing(`read ${this.url(name)}`, async () => {
      const { ContentLength = 0, LastModified } = await this.client.send(
        new HeadObjectCommand(this.of(name)),
      );
      return { bytes: ContentLength, writtenMs: LastModified?.getTime() ?? 0 };
    });
  }

  async put(name: string, content: string | Uint8Array): Promise<void> {
    await this.onServer(`write ${this.url(name)}`, async () =>
      this.client.send(new PutObjectCommand({ ...this.of(name), Body: content })),
    );
  }

  /**
   * Writes an object if the condition holds.
   *
   * A server may have written it, and its answer have been lost: the next attempt finds the condition broken by its own
   * write, which it knows by its name.
   *
   * @returns False where it does not hold.
   */
  async putIf(name: string, content: string | Uint8Array, condition: Condition): Promise<boolean> {
    const id = randomUUID();
    const command = new PutObjectCommand({
      ...this.of(name),
      ...('etag' in condition ? { IfMatch: condition.etag } : { IfNoneMatch: '*' }),
      Body: content,
      Metadata: { [WRITE]: id },
    });
    for (let conflicts = 0; ; conflicts += 1)
      try {
        await this.client.send(command);
        return true;
      } catch (error) {
        const { status } = answerOf(error);
        if (status === PRECONDITION_FAILED || isMissing(error)) return (await this.writerOf(name)) === id;
        if (status !== CONFLICT || conflicts === MOST_CONFLICTS)
          throw storeUnavailable(`write ${this.url(name)}`, error);
        await sleep(randomInt(CONFLICT_MS << conflicts));
      }
  }

  /** No error if there is none. */
  async remove(name: string): Promise<void> {
    await this.unlessMissing(`remove ${this.url(name)}`, async () =>
      this.client.send(new DeleteObjectCommand(this.of(name))),
    );
  }

  /** Removes everything whose name begins so. */
  async removeBelow(prefix: string): Promise<void> {
    const names = [...(await this.pages(prefix, false)).objects];
    while (names.length > 0) {
      const some = names.splice(0, REMOVED_AT_ONCE);
      const { Errors: [wrong] = [] } = await this.onServer(`remove ${this.url(prefix)}`, async () =>
        this.client.send(
          new DeleteObjectsCommand({
            Bucket: this.address.bucket,
            Delete: {
              Objects: some.map((name) => ({ Key: `${this.address.prefix}${prefix}${name}` })),
              Quiet: true,
            },
          }),
        ),
      );
      if (wrong !== undefined)
        throw new GurukulError(
          'StoreUnavailable',
          `cannot remove s3://${this.address.bucket}/${wrong.Key ?? prefix}: ${wrong.Message ?? wrong.Code ?? 'no reason given'}`,
        );
    }
  }

  /** What lies directly below a prefix that ends with a slash. */
  async below(prefix: string): Promise<Below> {
    return this.pages(prefix, true);
  }

  private async pages(prefix: string, isFlat: boolean): Promise<Below> {
    const whole = `${this.address.prefix}${prefix}`;
    const found = { objects: new Array<string>(), folders: new Array<string>() };
    for (let next: string | undefined, more = true; more;) {
      const page = await this.onServer(`list ${this.url(prefix)}`, async () =>
        this.client.send(
          new ListObjectsV2Command({
            Bucket: this.address.bucket,
            Prefix: whole,
            ...(isFlat ? { Delimiter: '/' } : {}),
            ...(next === undefined ? {} : { ContinuationToken: next }),
          }),
        ),
      );
      for (const { Key = '' } of page.Contents ?? []) found.objects.push(Key.slice(whole.length));
      for (const { Prefix = '' } of page.CommonPrefixes ?? [])
        found.folders.push(Prefix.slice(whole.length, -1));
      next = page.NextContinuationToken;
      more = page.IsTruncated === true && next !== undefined;
    }
    return found;
  }

  private async writerOf(name: string): Promise<string | undefined> {
    return this.unlessMissing(`read ${this.url(name)}`, async () => {
      const { Metadata } = await this.client.send(new HeadObjectCommand(this.of(name)));
      return Metadata?.[WRITE];
    });
  }

  private of(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.address.bucket, Key: `${this.address.prefix}${name}` };
  }

  private url(name: string): string {
    return `s3://${this.address.bucket}/${this.address.prefix}${name}`;
  }

  private async unlessMissing<Result>(
    operation: string,
    ask: () => Promise<Result>,
  ): Promise<Result | undefined> {
    return this.onServer(operation, async () =>
      ask().catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      }),
    );
  }

  private async onServer<Result>(operation: string, ask: () => Promise<Result>): Promise<Result> {
    try {
      return await ask();
    } catch (error) {
      throw storeUnavailable(operation, error);
    }
  }
}

/** The object; where the bucket is missing, nothing can be said of its objects. */
function isMissing(error: unknown): boolean {
  const { status, code } = answerOf(error);
  return status === NOT_FOUND && code !== 'NoSuchBucket';
}
