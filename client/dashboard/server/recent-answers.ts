/** Keeps what was computed for a short time, so that twenty pages that ask at once cost as much as one. */
export class RecentAnswers<Answer> {
  private readonly kept = new Map<string, { readonly at: number; readonly answer: Promise<Answer> }>();

  /**
   * @param keepMs For how long an answer serves.
   * @param most Answers that are kept; the oldest leaves first.
   */
  constructor(
    private readonly keepMs: number,
    private readonly most = 100,
  ) {}

  /** The answer of `compute`, or one that it gave a moment ago. Failures are not kept. */
  async get(key: string, compute: () => Promise<Answer>): Promise<Answer> {
    const known = this.kept.get(key);
    if (known !== undefined && Date.now() - known.at < this.keepMs) return known.answer;
    const answer = compute();
    this.kept.delete(key);
    this.kept.set(key, { at: Date.now(), answer });
    answer.catch(() => this.kept.delete(key));
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= this.most) break;
      this.kept.delete(oldest);
    }
    return answer;
  }
}
