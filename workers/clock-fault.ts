import { faultPoint } from '../data/fault-points.js';

/**
 * Moves the wall clock of this process, where that fault is armed for it, as an operator or a time service
 * may do. Clocks that only measure (`performance.now`, timers) are not affected, as on a real machine.
 */
export function passClockFault(subject: 'worker' | 'trainer'): void {
  const fault = faultPoint('process.clock', subject);
  if (fault === undefined) return;
  setTimeout(() => shiftClock(fault.byMs), fault.whenMs).unref();
}

function shiftClock(byMs: number): void {
  globalThis.Date = new Proxy(Date, {
    get: (target, name): unknown => (name === 'now' ? () => target.now() + byMs : Reflect.get(target, name)),
    construct: (target, values: readonly unknown[], kind): Date => {
      const made: unknown = Reflect.construct(
        target,
        values.length > 0 ? values : [target.now() + byMs],
        kind,
      );
      return made instanceof target ? made : new target(NaN);
    },
  });
}
