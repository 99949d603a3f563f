import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';

/**
 * Lets work through unless the run is paused. Closing the gate cancels the work inside, which makes training
 * write its checkpoint; when the gate opens, the work starts again and resumes from there.
 */
export class Gate {
  private readonly inside = new Set<CancellationScope>();

  /** @param closed The state carried over a continue-as-new. */
  constructor(private closed = false) {}

  isOpen(): boolean {
    return !this.closed;
  }

  /** Closes the gate and cancels the work inside, or opens it. */
  set(closed: boolean): void {
    if (this.closed === closed) return;
    this.closed = closed;
    if (closed) for (const scope of this.inside) scope.cancel();
  }

  /** Resolves when the gate is open. */
  async opened(): Promise<void> {
    await condition(() => !this.closed);
  }

  /**
   * Runs work that may be stopped and started again. A cancellation from outside ends it as usual.
   *
   * @param work Activities that resume from what an earlier attempt left.
   */
  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      await this.opened();
      const scope = new CancellationScope();
      this.inside.add(scope);
      try {
        return await scope.run(work);
      } catch (error) {
        const outside = CancellationScope.current().consideredCancelled;
        if (outside || !scope.consideredCancelled || !wasStopped(error)) throw error;
      } finally {
        this.inside.delete(scope);
      }
    }
  }
}

/** Whether the work ended because it was cancelled; its worker may have died or been shutting down meanwhile. */
function wasStopped(error: unknown): boolean {
  return (
    isCancellation(error) || (error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED')
  );
}
