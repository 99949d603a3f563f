import { isAscii, isUtf8 } from 'node:buffer';

/** Bytes at the start of a file that tell its kind. */
const HEAD = 512;

/** The text of a file, or why it is none. */
export type DecodedText = { readonly text: string } | { readonly problem: string };

/**
 * Decodes UTF-8 and UTF-16 with or without a byte-order mark; all else is taken for Windows-1252, which differs from
 * ASCII in names and currency signs only. Line ends become LF.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const encoding = encodingOf(bytes);
  let text: string;
  try {
    text = new TextDecoder(encoding).decode(bytes);
  } catch {
    // More characters than fit into a string.
    return { problem: `cannot be decoded as ${encoding}` };
  }
  const start = text.slice(0, HEAD).trimStart();
  if (/^(?:<!doctype|<html|<\?xml|<head|<body|<table)/i.test(start))
    return { problem: 'is a web page, not a table. Did the download fail, or need a login?' };
  if (/^[[{]/.test(start)) return { problem: 'is JSON, which is not read. Save the bars as CSV' };
  if (text.includes('\0')) return { problem: 'is not a text file' };
  return { text: text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text };
}

function encodingOf(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, HEAD - (HEAD % 2));
  const zeros = (from: number): number =>
    head.reduce((n, byte, at) => n + (at % 2 === from && byte === 0 ? 1 : 0), 0);
  if (head.length >= 8 && zeros(1) > head.length / 3) return 'utf-16le';
  if (head.length >= 8 && zeros(0) > head.length / 3) return 'utf-16be';
  return isAscii(bytes) || isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}
