import type { PredictedRows } from './predicted-rows.js';

/** A look at the predictions that sees the rows of one cohort after the other. */
export interface RowCheck<Answer> {
  /** @throws GurukulError of a file that cannot be read: nothing more is seen then. */
  see(rows: PredictedRows): void | Promise<void>;
  /** Called once all rows were seen. */
  end(): Answer | Promise<Answer>;
}

interface AddedCheck {
  readonly check: RowCheck<unknown>;
  failed?: { readonly error: unknown };
}

/** Checks that look at the same predictions: the rows of each cohort are read once for all. */
export class RowChecks {
  readonly #added: AddedCheck[] = [];

  /**
   * Adds a check, before the rows are seen.
   *
   * @returns Its answer, once they were; throws what the check threw.
   */
  add<Answer>(check: RowCheck<Answer>): () => Promise<Answer> {
    const added: AddedCheck = { check };
    this.#added.push(added);
    return async () => {
      if (added.failed !== undefined) throw added.failed.error;
      return check.end();
    };
  }

  /** Shows all checks all rows. A check that throws sees no more, and leaves the others at it. */
  async see(parts: AsyncIterable<PredictedRows>): Promise<void> {
    for await (const rows of parts)
      for (const added of this.#added) {
        if (added.failed !== undefined) continue;
        try {
          await added.check.see(rows);
        } catch (error) {
          added.failed = { error };
        }
      }
  }
}
