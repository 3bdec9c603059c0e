import type { ComponentChildren, JSX } from 'preact';
import { createContext } from 'preact';
import { useContext, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Api } from './api';
import type { ItemState } from './history';
import type { RuntimeStatus } from './policy';
import { clock, fromNow } from './time';

/** The small parts that all pages are made of. */

export const ApiContext = createContext<Api | null>(null);

export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error('There is no API here.');
  return api;
}

const ICONS = {
  Pending: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.2l2.2 1.3',
  Running: 'M5.5 3.5v9l7-4.5z',
  Suspended: 'M5.5 3.5v9M10.5 3.5v9',
  Completed: 'M3 8.5l3.4 3.4L13 4.8',
  Failed: 'M4 4l8 8M12 4l-8 8',
  Terminated: 'M4 4h8v8H4z',
  alive: 'M2.5 8h3l1.6-4 2.4 8 1.6-4h2.4',
  vanished: 'M8 2v7M8 12.2v1.2',
  left: 'M6 3H3v10h3M6.5 8h7M10.5 5l3 3-3 3',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  load: 'M8 2v8M4.5 7L8 10.5 11.5 7M3 13.5h10',
  find: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.4 10.4L14 14',
  info: 'M8 7v5M8 4v.8',
} as const;

export type IconName = keyof typeof ICONS;

export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={ICONS[name]} />
    </svg>
  );
}

export function StatusBadge({ status }: { status: RuntimeStatus }): JSX.Element {
  return (
    <span class={`badge s-${status.toLowerCase()}`}>
      <Icon name={status} />
      {status}
    </span>
  );
}

export function LifeBadge({ life }: { life: 'alive' | 'vanished' | 'left' }): JSX.Element {
  return (
    <span class={`badge l-${life}`}>
      <Icon name={life} />
      {life}
    </span>
  );
}

export const STATE_TEXT: Record<ItemState, string> = { done: 'done', failed: 'failed', open: 'goes on' };

/** The time, moving on once a second while the page is seen. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}

/** A time, and how far away it is. */
export function Time({ at, now, plain }: { at: string | null | undefined; now: number; plain?: boolean }): JSX.Element {
  if (at === null || at === undefined || at === '') return <span class="quiet">–</span>;
  const time = Date.parse(at);
  return (
    <time dateTime={at} title={at}>
      {clock(time, now)} {plain !== true && <span class="quiet">({fromNow(time, now)})</span>}
    </time>
  );
}

/** An ID that a caller gave: apart from the text around it, whichever way its characters run. */
export function Id({ id }: { id: string }): JSX.Element {
  return <bdi class="id">{id}</bdi>;
}

export function Trouble({ error, children }: { error: unknown; children?: ComponentChildren }): JSX.Element | null {
  if (error === null || error === undefined) return null;
  return (
    <div class="note bad" role="alert">
      {error instanceof Error ? error.message : String(error)}
      {children}
    </div>
  );
}

export function Card(props: { title: string; id?: string; aside?: ComponentChildren; children: ComponentChildren; class?: string }): JSX.Element {
  const id = props.id ?? `card-${props.title.toLowerCase().replace(/\W+/g, '-')}`;
  return (
    <section class={`card ${props.class ?? ''}`} aria-labelledby={id}>
      <div class="card-head">
        <h2 id={id}>{props.title}</h2>
        {props.aside !== undefined && <div class="aside">{props.aside}</div>}
      </div>
      {props.children}
    </section>
  );
}

/** Copies a text, and says so. */
export function CopyButton({ text, label }: { text: string | (() => string); label: string }): JSX.Element {
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    const value = typeof text === 'string' ? text : text();
    try {
      await navigator.clipboard.writeText(value);
      setSaid('Copied');
    } catch {
      setSaid('Not allowed');
    }
    setTimeout(() => {
      setSaid('');
    }, 2000);
  };
  return (
    <button type="button" class="small" onClick={() => void copy()}>
      <Icon name="copy" />
      <span aria-live="polite">{said === '' ? label : said}</span>
    </button>
  );
}

/** Saves a text as a file, made here: the API is never opened as a document. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replace(/[^\w.-]+/g, '_').slice(0, 100);
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}

/** A line for a shell that does the same. */
export function Curl({ line }: { line: string }): JSX.Element {
  return (
    <details class="curl">
      <summary>The same with curl</summary>
      <pre tabIndex={0}>{line}</pre>
      <CopyButton text={line} label="Copy" />
    </details>
  );
}

/** A dialog over the page. The browser keeps the focus in it, and gives it back afterwards. */
export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return undefined;
    element.showModal();
    return () => {
      element.close();
    };
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={props.onClose}>
      <h2 id="dialog-title">{props.title}</h2>
      {props.children}
    </dialog>
  );
}

/** A form that is handled here, and never sent by the browser itself. */
export function Form(props: { onSubmit: () => void; class?: string; label?: string; children: ComponentChildren }): JSX.Element {
  return (
    <form
      class={props.class}
      aria-label={props.label}
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      {props.children}
    </form>
  );
}

export function Field(props: { label: string; hint?: ComponentChildren; error?: string; children: ComponentChildren; class?: string }): JSX.Element {
  return (
    <label class={`field ${props.class ?? ''}`}>
      <span class="label">{props.label}</span>
      {props.children}
      {props.hint !== undefined && <span class="hint">{props.hint}</span>}
      {props.error !== undefined && props.error !== '' && <span class="error">{props.error}</span>}
    </label>
  );
}

/** Says something to whoever hears the page, and shows it for a while. */
export function announce(text: string): void {
  const region = document.getElementById('said');
  if (!region) return;
  region.textContent = text;
  region.className = 'shown';
  clearTimeout(hideTimer);
  hideTimer = window.setTimeout(() => {
    region.className = '';
  }, 5000);
}

let hideTimer = 0;

export const valueOf = (event: Event): string => (event.currentTarget as HTMLInputElement).value;
export const checkedOf = (event: Event): boolean => (event.currentTarget as HTMLInputElement).checked;
