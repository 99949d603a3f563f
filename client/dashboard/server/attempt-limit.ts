/** Counts failed attempts, and says when there were too many lately. One count for all visitors: a proxy hides theirs. */
export class AttemptLimit {
  private readonly failures: number[] = [];

  constructor(private readonly most: { readonly attempts: number; readonly everyMs: number }) {}

  /** @param now Milliseconds since 1970. */
  allows(now: number): boolean {
    while ((this.failures[0] ?? Infinity) <= now - this.most.everyMs) this.failures.shift();
    return this.failures.length < this.most.attempts;
  }

  failed(now: number): void {
    this.failures.push(now);
  }
}
