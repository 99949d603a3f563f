import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A graphics device as its driver tells of it. */
export interface Device {
  /** As in CUDA_VISIBLE_DEVICES. */
  readonly index: string;
  readonly name: string;
  readonly totalMib: number;
  readonly freeMib: number;
}

const QUERY = ['--query-gpu=index,name,memory.total,memory.free', '--format=csv,noheader,nounits'];

/** The NVIDIA devices of this machine; none where there is no driver. */
export async function listDevices(): Promise<Device[]> {
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', QUERY, { timeout: 30_000 });
    return parseDevices(stdout);
  } catch {
    return [];
  }
}

/** Lines `0, NVIDIA H100, 81559, 80995`. */
export function parseDevices(text: string): Device[] {
  return text
    .split('\n')
    .map((line) => line.split(',').map((part) => part.trim()))
    .flatMap(([index = '', name = '', total = '', free = '']) =>
      index === '' ? [] : [{ index, name, totalMib: Number(total), freeMib: Number(free) }],
    );
}
