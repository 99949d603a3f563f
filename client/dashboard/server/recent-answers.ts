import { RecentlyUsed } from '../../../data/recently-used.js';

/** Keeps what was computed for a short time, so that twenty pages that ask at once cost as much as one. */
export class RecentAnswers<Answer> {
  private readonly kept: RecentlyUsed<{ readonly at: number; readonly answer: Promise<Answer> }>;

  /**
   * @param keepMs For how long an answer serves.
   * @param most Answers that are kept; the one that was not used for longest leaves first.
   */
  constructor(
    private readonly keepMs: number,
    most = 100,
  ) {
    this.kept = new RecentlyUsed(most);
  }

  /** The answer of `compute`, or one that it gave a moment ago. Failures are not kept. */
  async get(key: string, compute: () => Promise<Answer>): Promise<Answer> {
    const known = this.kept.get(key);
    if (known !== undefined && Date.now() - known.at < this.keepMs) return known.answer;
    const answer = compute();
    this.kept.set(key, { at: Date.now(), answer });
    answer.catch(() => this.kept.delete(key));
    return answer;
  }
}
