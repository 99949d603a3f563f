import type { ComponentChildren } from 'preact';

/** What the lines of a chart are, by colour and dash; readers of the page hear it with each value. */
export function Legend({
  lines,
}: {
  readonly lines: readonly { readonly label: string; readonly colour: string; readonly dashed?: boolean }[];
}): ComponentChildren {
  return (
    <ul class="legend" aria-hidden="true">
      {lines.map(({ label, colour, dashed }) => (
        <li key={label} class={`key ${colour}${dashed === true ? ' dashed' : ''}`}>
          {label}
        </li>
      ))}
    </ul>
  );
}
