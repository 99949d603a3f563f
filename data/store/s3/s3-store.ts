import path from 'node:path';

import { GurukulError, InvalidInputError } from '../../errors.js';
import { isRelativePath } from '../../schemas/relative-path.js';
import type { Store } from '../store.js';
import type { LocalCopies } from './local-copies.js';
import type { S3Objects } from './objects.js';
import type { PublishedPlace } from './publications.js';
import { Publications, publishedPlace } from './publications.js';

/** Where keys lie, apart from what is published. */
const FILES = 'files/';

/**
 * A bucket as a store: each key is an object, and published folders are pointers to objects (publications.ts). Contents
 * whose digest the caller knows are kept on this machine.
 *
 * @param root Absolute path of the home, for paths of what is not published.
 */
export function s3Store(objects: S3Objects, copies: LocalCopies, root: string): Store {
  const publications = new Publications(objects, copies);
  const placeOf = (key: string): PublishedPlace | undefined => publishedPlace(checked(key));
  const written = (key: string): string => {
    if (placeOf(key) !== undefined)
      throw new GurukulError('Bug', `${key} is among published folders: publish it with its folder`);
    return `${FILES}${key}`;
  };
  return {
    async get(key, digest) {
      const place = placeOf(key);
      if (place !== undefined) return getPublished(publications, place);
      const fetch = async (): Promise<Buffer | undefined> => (await objects.get(`${FILES}${key}`))?.content;
      return digest === undefined ? fetch() : copies.content(digest, fetch);
    },
    async head(key) {
      const place = placeOf(key);
      if (place === undefined) return objects.head(`${FILES}${key}`);
      const found = place.name === undefined ? undefined : await publications.find(place.name);
      const entry = found?.files.find((file) => file.path === place.file);
      return found && entry && { bytes: entry.bytes, writtenMs: found.writtenMs };
    },
    async list(folder) {
      const place = placeOf(folder);
      if (place !== undefined) return listPublished(publications, place);
      const { objects: names, folders } = await objects.below(`${FILES}${folder}/`);
      return [...names, ...folders.map((name) => `${name}/`)].sort();
    },
    putIfAbsent: async (key, content) => objects.putIf(written(key), content, { absent: true }),
    put: async (key, content) => objects.put(written(key), content),
    async compareAndSet(key, expected, content) {
      const name = written(key);
      if (expected === undefined) return objects.putIf(name, content, { absent: true });
      const now = await objects.get(name);
      if (now?.content.toString('utf8') !== expected) return false;
      return objects.putIf(name, content, { etag: now.etag });
    },
    remove: async (key) => objects.remove(written(key)),
    async removeFolder(folder) {
      const place = placeOf(folder);
      if (place === undefined) return objects.removeBelow(`${FILES}${folder}/`);
      if (place.file !== '')
        throw new GurukulError('Bug', `${folder} is part of a published folder: remove that`);
      const names = place.name === undefined ? await publications.names() : [place.name];
      for (const name of names) await publications.remove(name);
    },
    async publish(folder, files, verify) {
      const { name, file } = placeOf(folder) ?? { name: undefined, file: '' };
      if (name === undefined || file !== '')
        throw new GurukulError('Bug', `${folder} is no place for a published folder`);
      await publications.publish(name, files, verify);
    },
    async localFolder(folder) {
      const place = placeOf(folder);
      const copy = place?.name === undefined ? undefined : await publications.localFolder(place.name);
      return path.join(copy ?? path.join(root, folder), copy === undefined ? '' : (place?.file ?? ''));
    },
  };
}

function checked(key: string): string {
  if (!isRelativePath(key))
    throw new InvalidInputError([`${JSON.stringify(key.slice(0, 80))} is not a key of the store`]);
  return key;
}

async function getPublished(
  publications: Publications,
  { name, file }: PublishedPlace,
): Promise<Buffer | undefined> {
  if (name === undefined) return undefined;
  const entry = (await publications.find(name))?.files.find(({ path: one }) => one === file);
  return entry && publications.read(name, entry);
}

/** As a folder on a disk would be listed. */
async function listPublished(
  publications: Publications,
  { name, file }: PublishedPlace,
): Promise<readonly string[]> {
  if (name === undefined) return (await publications.names()).map((one) => `${one}/`).sort();
  const { files = [] } = (await publications.find(name)) ?? {};
  const before = file === '' ? '' : `${file}/`;
  const names = files
    .filter(({ path: one }) => one.startsWith(before))
    .map(({ path: one }) => {
      const [first = '', ...rest] = one.slice(before.length).split('/');
      return rest.length === 0 ? first : `${first}/`;
    });
  return [...new Set(names)].sort();
}
