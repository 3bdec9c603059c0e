import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { entriesOf, kindOf, pretty, textOf, type Raw } from './json';
import { CopyButton, download, Icon } from './parts';
import { bytes } from './time';

/** Shows a JSON value: small ones as a tree, of large ones the beginning as text, and all of it when asked. */

const FIRST = 64 * 1024;
const CHILDREN = 100;
const LONG = 2000;

export function Json({ raw, name, open = true }: { raw: Raw; name: string; open?: boolean }): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const size = useMemo(() => (raw.length > FIRST ? new Blob([raw]).size : raw.length), [raw]);
  if (raw === 'null') return <span class="quiet">null</span>;
  const isLarge = raw.length > FIRST;
  return (
    <div class="json">
      {isLarge && !isWhole ? (
        <>
          <pre tabIndex={0} aria-label={`The beginning of ${name}`}>
            {pretty(raw.slice(0, FIRST), FIRST)}
          </pre>
          <p class="note warn">
            The first 64 KiB of {bytes(size)}.{' '}
            <button type="button" class="small" onClick={() => { setWhole(true); }}>
              Load all
            </button>
          </p>
        </>
      ) : (
        <div class="tree">
          <Node label={null} raw={raw} open={open} />
        </div>
      )}
      <div class="tools">
        <CopyButton text={raw} label="Copy" />
        <button type="button" class="small" onClick={() => { download(`${name}.json`, raw); }}>
          <Icon name="load" />
          Download
        </button>
        {isLarge && <span class="quiet">{bytes(size)}</span>}
      </div>
    </div>
  );
}

function Node({ label, raw, open }: { label: string | number | null; raw: Raw; open: boolean }): JSX.Element {
  const kind = kindOf(raw);
  const [isOpen, setOpen] = useState(open);
  if (kind !== 'object' && kind !== 'array') {
    return (
      <div class="leaf">
        <Label label={label} />
        <Leaf raw={raw} kind={kind} />
      </div>
    );
  }
  return (
    <details open={isOpen} onToggle={(event) => { setOpen(event.currentTarget.open); }}>
      <summary>
        <Label label={label} />
        <span class="quiet">{isOpen ? (kind === 'array' ? '[' : '{') : preview(raw, kind)}</span>
      </summary>
      {isOpen && <Children raw={raw} />}
    </details>
  );
}

function Children({ raw }: { raw: Raw }): JSX.Element {
  const entries = useMemo(() => entriesOf(raw), [raw]);
  const [shown, setShown] = useState(CHILDREN);
  return (
    <div class="children">
      {entries.slice(0, shown).map((entry) => (
        <Node key={entry.key} label={entry.key} raw={entry.raw} open={entry.raw.length < 300} />
      ))}
      {entries.length > shown && (
        <button type="button" class="small" onClick={() => { setShown(shown + 10 * CHILDREN); }}>
          {entries.length - shown} more
        </button>
      )}
      {entries.length === 0 && <span class="quiet">nothing</span>}
    </div>
  );
}

function preview(raw: Raw, kind: 'object' | 'array'): string {
  const first = entriesOf(raw, 6);
  const more = first.length > 5 ? ', …' : '';
  if (kind === 'array') return first.length > 5 ? `[ ${bytes(raw.length)} … ]` : `[ ${first.length} ]`;
  return `{ ${first.slice(0, 5).map((entry) => entry.key).join(', ')}${more} }`;
}

function Label({ label }: { label: string | number | null }): JSX.Element | null {
  return label === null ? null : <span class={typeof label === 'number' ? 'index' : 'key'}>{label}: </span>;
}

function Leaf({ raw, kind }: { raw: Raw; kind: string }): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const text = kind === 'string' ? JSON.stringify(textOf(raw)) : raw.trim();
  if (text.length <= LONG || isWhole) return <span class={`v-${kind}`}>{text}</span>;
  return (
    <>
      <span class={`v-${kind}`}>{text.slice(0, LONG)}</span>…{' '}
      <button type="button" class="small" onClick={() => { setWhole(true); }}>
        all {bytes(text.length)}
      </button>
    </>
  );
}

/** A value in one line, cut. */
export function Brief({ raw }: { raw: Raw }): JSX.Element {
  const text = raw.length > 200 ? `${raw.slice(0, 200)}…` : raw;
  return <code class="brief">{text}</code>;
}
