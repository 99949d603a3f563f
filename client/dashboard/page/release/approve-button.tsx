import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';

import { act, home } from '../state/home.js';
import { ServerProblem } from '../state/server.js';
import { Problems } from '../parts/problems.js';

/** What an approval would change, as the dry run answers it. */
interface Preview {
  readonly token: string;
  readonly lines: readonly string[];
}

/** Approves in two steps: first what would change is shown, then exactly that is asked for. */
export function ApproveButton({
  runId,
  against,
  done,
}: {
  readonly runId: string;
  /** True where the briefing does not recommend it. */
  readonly against: boolean;
  readonly done: () => void;
}): ComponentChildren {
  const dialog = useRef<HTMLDialogElement>(null);
  const [words, setWords] = useState({ by: '', reason: '', override: false, stage: false });
  const [preview, setPreview] = useState<Preview | undefined>(undefined);
  const [problems, setProblems] = useState<readonly string[]>([]);
  const [said, setSaid] = useState('');
  if (home.value?.readOnly !== false) return null;
  const change = (part: Partial<typeof words>): void => {
    setWords({ ...words, ...part });
    setPreview(undefined);
  };
  const ask = async (more: object): Promise<unknown> => {
    const { by, reason, override, stage } = words;
    const flags = { by, reason, ...(override ? { override } : {}), ...(stage ? { stage } : {}), ...more };
    setProblems([]);
    try {
      return (await act(`/api/runs/${runId}/approve`, flags)).result;
    } catch (error) {
      if (!(error instanceof ServerProblem)) throw error;
      setProblems(error.problems);
      return undefined;
    }
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (preview === undefined) {
      const shown = await ask({ dryRun: true });
      if (shown !== undefined) setPreview(previewOf(shown));
      return;
    }
    if ((await ask({ expect: preview.token })) === undefined) return;
    setPreview(undefined);
    setSaid('Approve: done');
    dialog.current?.close();
    done();
  };
  return (
    <span class="action">
      <button type="button" onClick={() => dialog.current?.showModal()}>
        Approve
      </button>
      <span role="status">{said}</span>
      <dialog ref={dialog} aria-label="Approve">
        <form onSubmit={(event) => void submit(event)}>
          <p>
            Make run {runId} the champion?{against ? ' Its briefing does not recommend it.' : ''} First you
            see what would change.
          </p>
          <label>
            <span>Your name</span>
            <input name="by" required onInput={({ currentTarget: { value } }) => change({ by: value })} />
          </label>
          <label>
            <span>Reason</span>
            <input
              name="reason"
              required
              onInput={({ currentTarget: { value } }) => change({ reason: value })}
            />
          </label>
          <label class="check">
            <input
              type="checkbox"
              name="stage"
              onChange={({ currentTarget: { checked } }) => change({ stage: checked })}
            />
            <span>Score it beside the champion first (shadow)</span>
          </label>
          {against && (
            <label class="check">
              <input
                type="checkbox"
                name="override"
                onChange={({ currentTarget: { checked } }) => change({ override: checked })}
              />
              <span>Against the recommendation: the reason stays on every page about this champion</span>
            </label>
          )}
          {preview !== undefined && (
            <ul aria-label="What would change" data-testid="transition">
              {preview.lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
          <Problems problems={problems} />
          <p class="buttons">
            <button type="button" onClick={() => dialog.current?.close()}>
              Leave as it is
            </button>
            <button type="submit" class="primary">
              {preview === undefined ? 'Show what would change' : 'Approve exactly this'}
            </button>
          </p>
        </form>
      </dialog>
    </span>
  );
}

function previewOf(shown: unknown): Preview {
  const fields: Readonly<Record<string, unknown>> =
    typeof shown === 'object' && shown !== null ? Object.fromEntries(Object.entries(shown)) : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  const { token } = fields;
  return {
    token: typeof token === 'string' ? token : '',
    lines: ['run', 'bundleDigest', 'author', 'recommendation', 'shadow', 'override', 'comparison'].flatMap(
      (name) =>
        fields[name] === undefined || fields[name] === null ? [] : [`${name}: ${text(fields[name])}`],
    ),
  };
}
