import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';

import { act, home } from '../state/home.js';
import { ServerProblem } from '../state/server.js';
import { Problems } from './problems.js';

/** A word or choice that an action needs. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'number' | 'checkbox';
  readonly value?: string;
  readonly required?: boolean;
}

/** A button that asks before it changes something, and says what came of it. Not there on a read-only page. */
export function ActionButton({
  label,
  question,
  address,
  fields = [],
  flags = {},
  done,
}: {
  readonly label: string;
  /** What is about to happen. */
  readonly question: string;
  /** Route of the action. */
  readonly address: string;
  readonly fields?: readonly Field[];
  /** Sent beside what is filled in. */
  readonly flags?: Readonly<Record<string, string | boolean>>;
  /** Told when the action is done. */
  readonly done?: () => void;
}): ComponentChildren {
  const dialog = useRef<HTMLDialogElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const [state, setState] = useState<{ busy: boolean; problems: readonly string[]; said: readonly string[] }>(
    {
      busy: false,
      problems: [],
      said: [],
    },
  );
  if (home.value?.readOnly !== false) return null;
  const confirm = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (form.current === null) return;
    setState({ busy: true, problems: [], said: [] });
    try {
      const { notes } = await act(address, {
        ...flags,
        ...flagsOf(new FormData(form.current), fields),
      });
      setState({ busy: false, problems: [], said: [`${label}: done`, ...notes] });
      dialog.current?.close();
      done?.();
    } catch (error) {
      if (!(error instanceof ServerProblem)) throw error;
      setState({ busy: false, problems: error.problems, said: [] });
    }
  };
  return (
    <span class="action">
      <button type="button" onClick={() => dialog.current?.showModal()}>
        {label}
      </button>
      <span role="status">{state.said.join(' · ')}</span>
      <dialog ref={dialog} aria-label={label}>
        <form ref={form} onSubmit={(event) => void confirm(event)}>
          <p>{question}</p>
          {fields.map(({ name, label: text, kind, value, required }) => (
            <label key={name} class={kind === 'checkbox' ? 'check' : undefined}>
              <span>{text}</span>
              <Input kind={kind} name={name} value={value ?? ''} required={required === true} />
            </label>
          ))}
          <Problems problems={state.problems} />
          <p class="buttons">
            <button type="button" onClick={() => dialog.current?.close()}>
              Leave as it is
            </button>
            <button type="submit" class="primary" disabled={state.busy}>
              {label}
            </button>
          </p>
        </form>
      </dialog>
    </span>
  );
}

function Input({
  kind,
  name,
  value,
  required,
}: Pick<Field, 'kind' | 'name'> & {
  readonly value: string;
  readonly required: boolean;
}): ComponentChildren {
  switch (kind) {
    case 'checkbox':
      return <input type="checkbox" name={name} required={required} />;
    case 'number':
      return <input type="number" name={name} defaultValue={value} required={required} />;
    case 'text':
      return <input type="text" name={name} defaultValue={value} required={required} />;
  }
}

function flagsOf(form: FormData, fields: readonly Field[]): Record<string, string | number | boolean> {
  const flags: Record<string, string | number | boolean> = {};
  for (const { name, kind } of fields) {
    const value = form.get(name);
    if (kind === 'checkbox') {
      if (value !== null) flags[name] = true;
    } else if (typeof value === 'string' && value !== '')
      flags[name] = kind === 'number' ? Number(value) : value;
  }
  return flags;
}
