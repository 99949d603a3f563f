import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';

/**
 * What a paused run does not pass. Closing it stops the work inside: it is cancelled, which for training
 * means that its checkpoint is written, and done again from there when the gate opens.
 */
export class Gate {
  private readonly inside = new Set<CancellationScope>();

  /** @param closed What a workflow that was continued as new carries over. */
  constructor(private closed = false) {}

  isOpen(): boolean {
    return !this.closed;
  }

  /** Closes the gate and stops the work inside, or opens it again. */
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
   * Does work that may be stopped and done again. A cancellation from outside ends it as usual.
   *
   * @param work Activities that find what an earlier attempt left.
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

/** Whether work ended for having been cancelled: also a worker that died, or was leaving, while it was. */
function wasStopped(error: unknown): boolean {
  return (
    isCancellation(error) || (error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED')
  );
}
