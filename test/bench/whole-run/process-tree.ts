import { readFileSync, readdirSync } from 'node:fs';

/** A process at one moment. */
export interface ProcessSample {
  readonly pid: number;
  /** What it is: see {@link roleOf}. */
  readonly role: string;
  /** Its share of all memory: what several processes share is divided among them. */
  readonly pssMb: number;
  /** Its largest resident memory so far. */
  readonly peakRssMb: number;
  /** Processor time so far, user and system. */
  readonly cpuSeconds: number;
}

const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1024;

/** A process and everything below it. @param parents Parent of every process, by pid. */
export function treeBelow(root: number, parents: ReadonlyMap<number, number>): number[] {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of parents) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** Parent and processor time from `/proc/PID/stat`; the name of the program, in brackets, may hold anything. */
export function parseStat(
  text: string,
): { readonly parent: number; readonly cpuSeconds: number } | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [parent, user, system] = [fields[1], fields[11], fields[12]].map(Number);
  if (
    parent === undefined ||
    user === undefined ||
    system === undefined ||
    Number.isNaN(parent + user + system)
  )
    return undefined;
  return { parent, cpuSeconds: (user + system) / TICKS_PER_SECOND };
}

/** A field in kB of `/proc/PID/status` or `/proc/PID/smaps_rollup`, in MiB; 0 where there is none. */
export function parseMib(text: string, field: 'Pss' | 'VmHWM'): number {
  const line = text.split('\n').find((one) => one.startsWith(`${field}:`));
  const kib = Number(/^\w+:\s+(\d+) kB$/.exec(line ?? '')?.[1] ?? 0);
  return kib / KIB_PER_MIB;
}

/** What a process of a run is, by its command line. */
export function roleOf(commandLine: readonly string[]): string {
  const has = (part: string): boolean => commandLine.some((one) => one.includes(part));
  if (has('workers/main.js')) return `worker ${commandLine[commandLine.indexOf('--role') + 1] ?? ''}`.trim();
  if (has('trainer/child.js')) return 'trainer';
  if (has('client-bundle/main.js')) return 'client';
  if (has('start-dev')) return 'server';
  return commandLine[0]?.split('/').at(-1) ?? 'other';
}

/** All processes below one that are there now. */
export function sampleTree(root: number): ProcessSample[] {
  const parents = new Map<number, number>();
  const cpu = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = parseStat(readOrEmpty(`/proc/${name}/stat`));
    if (stat === undefined) continue;
    parents.set(Number(name), stat.parent);
    cpu.set(Number(name), stat.cpuSeconds);
  }
  return treeBelow(root, parents).flatMap((pid) => {
    const status = readOrEmpty(`/proc/${pid}/status`);
    if (status === '') return [];
    return {
      pid,
      role: roleOf(readOrEmpty(`/proc/${pid}/cmdline`).split('\0')),
      pssMb: parseMib(readOrEmpty(`/proc/${pid}/smaps_rollup`), 'Pss'),
      peakRssMb: parseMib(status, 'VmHWM'),
      cpuSeconds: cpu.get(pid) ?? 0,
    };
  });
}

/** A process may end at any moment: then there is nothing to read. */
function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
