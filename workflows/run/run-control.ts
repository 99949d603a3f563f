import type { ChildWorkflowHandle, Workflow, WorkflowResultType } from '@temporalio/workflow';
import { setHandler } from '@temporalio/workflow';

import { MAX_COHORT_CONCURRENCY } from '../../data/schemas/run-choices.js';
import type { ControlAnswer } from '../contract/messages.js';
import {
  cancelReasonSignal,
  holdSignal,
  pauseUpdate,
  setConcurrencyUpdate,
  unpauseUpdate,
} from '../contract/messages.js';
import { Gate } from '../shared/gate.js';
import { field, refusal } from '../shared/refusal.js';
import type { RunBook } from './run-book.js';

/** Most characters of a reason, which the Web UI shows. */
const LONGEST_REASON = 200;

/** Operators' orders to a run, as carried over a continue-as-new. Plain JSON. */
export interface ControlState {
  readonly paused: boolean;
  /** Cohorts at once, if an operator has set it. */
  readonly cohorts: number | null;
  /** Number of the last order to children. */
  readonly order: number;
}

/**
 * Handles operators' updates of a run: pause, unpause, setConcurrency. Validators refuse what makes no sense, at
 * once and without a trace in the history.
 */
export class RunControl {
  readonly gate: Gate;
  private cohorts: number | undefined;
  private order: number;
  private reason = '';
  private readonly children = new Set<ChildWorkflowHandle<Workflow>>();

  constructor(
    private readonly book: RunBook,
    carried: ControlState = { paused: false, cohorts: null, order: 0 },
  ) {
    this.gate = new Gate(carried.paused);
    this.cohorts = carried.cohorts ?? undefined;
    this.order = carried.order;
    setHandler(pauseUpdate, async (request) => this.hold(request?.reason ?? ''), {
      validator: (request) => this.mayPause(request),
      description: 'stop new work and write checkpoints',
    });
    setHandler(unpauseUpdate, async () => this.hold(null), {
      validator: () => this.mayUnpause(),
      description: 'continue after a pause',
    });
    setHandler(setConcurrencyUpdate, (request) => this.setCohorts(request.cohorts), {
      validator: (request) => this.mayHaveCohorts(request),
      description: 'set how many cohorts run at once',
    });
    setHandler(cancelReasonSignal, (reason) => {
      if (typeof reason !== 'string' || reason.trim() === '') return;
      this.reason = reason.slice(0, LONGEST_REASON);
      book.cancelledFor(this.reason);
    });
  }

  /** ` (reason)` if an operator gave one for cancelling the run; otherwise empty. */
  cancelReason(): string {
    return this.reason === '' ? '' : ` (${this.reason})`;
  }

  snapshot(): ControlState {
    return { paused: !this.gate.isOpen(), cohorts: this.cohorts ?? null, order: this.order };
  }

  /** Cohorts that may run at once. @param configured The value unless an operator has set another. */
  cohortsAtOnce(configured: number): number {
    return this.cohorts ?? configured;
  }

  /** Waits for a child, which is paused together with this run. */
  async follow<Child extends Workflow>(
    child: ChildWorkflowHandle<Child>,
  ): Promise<WorkflowResultType<Child>> {
    this.children.add(child);
    try {
      if (!this.gate.isOpen()) await this.sendHold(child);
      return await child.result();
    } finally {
      this.children.delete(child);
    }
  }

  answer(): ControlAnswer {
    return { phase: this.book.phase(), message: this.book.message() };
  }

  /** @throws ApplicationFailure InvalidInput when the run has ended. */
  requireOpen(): void {
    const step = this.book.step();
    if (['done', 'failed', 'cancelled'].includes(step)) throw refusal(`the run has ended (${step})`);
  }

  private async hold(reason: string | null): Promise<ControlAnswer> {
    this.gate.set(reason !== null);
    this.order += 1;
    // Before anything is awaited, so that book and gate agree however close together orders arrive.
    this.book.pause(reason);
    await Promise.all([...this.children].map(async (child) => this.sendHold(child)));
    await this.book.record();
    return this.answer();
  }

  /** Sends the newest order. A child that has ended meanwhile needs none. */
  private async sendHold(child: ChildWorkflowHandle<Workflow>): Promise<void> {
    const order = { held: !this.gate.isOpen(), order: this.order };
    await child.signal(holdSignal, order).catch(() => undefined);
  }

  private setCohorts(cohorts: number): ControlAnswer {
    this.cohorts = cohorts;
    return { ...this.answer(), message: `cohorts at once from now on: ${cohorts}` };
  }

  private mayPause(request: unknown): void {
    this.requireOpen();
    if (!this.gate.isOpen()) throw refusal('the run is paused already');
    const reason = field(request, 'reason');
    if (reason !== undefined && (typeof reason !== 'string' || reason.length > LONGEST_REASON))
      throw refusal(`reason: must be a text of at most ${LONGEST_REASON} characters`);
  }

  private mayUnpause(): void {
    this.requireOpen();
    if (this.gate.isOpen()) throw refusal('the run is not paused');
  }

  private mayHaveCohorts(request: unknown): void {
    this.requireOpen();
    const cohorts = field(request, 'cohorts');
    if (
      typeof cohorts !== 'number' ||
      !Number.isInteger(cohorts) ||
      cohorts < 1 ||
      cohorts > MAX_COHORT_CONCURRENCY
    )
      throw refusal(`cohorts: must be a whole number from 1 to ${MAX_COHORT_CONCURRENCY}`);
  }
}
