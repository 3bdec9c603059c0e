import { curl } from './curl';
import { read } from './json';
import { VALUES, type Health, type HistoryEvent, type Holding, type OrchestratorInfo, type Started, type Status } from './model';
import { part } from './route';

/** The API as the page calls it, with the key that it was given. */

export interface Config {
  mode: 'full' | 'readonly';
  auth: 'key' | 'easyauth';
  version: string;
  user?: string;
}

export interface Answer {
  status: number;
  text: string;
  headers: Headers;
}

export type Query = Record<string, string | number | boolean | undefined>;

export interface Request {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  query?: Query;
  headers?: Record<string, string>;
  body?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** An answer that says no. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly text: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

const KEY = 'soliton.key';
const CONTINUATION = 'x-ms-continuation-token';

/** Takes a key out of the address, at once: what stays there is in the history of the browser. */
export function takeKeyFromAddress(): void {
  const match = /^#key=([^&]*)&?(.*)$/.exec(location.hash);
  if (!match) return;
  let key = match[1] ?? '';
  try {
    key = decodeURIComponent(key);
  } catch {
    // As it stands there, then.
  }
  history.replaceState(null, '', `${location.pathname}${location.search}#/`);
  if (key !== '') sessionStorage.setItem(KEY, key);
}

export class Api {
  private key = sessionStorage.getItem(KEY) ?? '';

  /**
   * @param lacksKey is called when an answer says that a key is needed, or another one, or that nobody has signed in
   */
  constructor(
    readonly config: Config,
    private readonly lacksKey: (wasRefused: boolean, message: string) => void,
  ) {}

  get isReadOnly(): boolean {
    return this.config.mode === 'readonly';
  }

  /** Who is said to have done what is done here. */
  get user(): string {
    return this.config.user ?? 'the dashboard';
  }

  get hasKey(): boolean {
    return this.key !== '';
  }

  setKey(key: string): void {
    this.key = key;
    if (key === '') sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, key);
  }

  async send(request: Request): Promise<Answer> {
    const answer = await this.sendOnce(request);
    if (answer.status >= 400) throw new ApiError(answer.status, messageOf(answer), answer.text);
    return answer;
  }

  /** Sends it, and gives the answer whatever it says; but for a missing key. */
  async sendOnce(request: Request): Promise<Answer> {
    const headers: Record<string, string> = { 'X-Soliton-UI': '1', ...request.headers };
    if (this.config.auth === 'key' && this.key !== '') headers['x-functions-key'] = this.key;
    if (request.body !== undefined && request.body !== '') headers['Content-Type'] = 'application/json';
    let response: Response;
    try {
      response = await fetch(this.url(request, this.config.auth === 'key' ? '../' : 'api/'), {
        method: request.method,
        headers,
        cache: 'no-store',
        ...(request.body === undefined || request.body === '' ? {} : { body: request.body }),
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      });
    } catch (trouble) {
      if (request.signal?.aborted === true) throw trouble;
      throw new ApiError(0, 'The app does not answer.', '');
    }
    if (response.status === 401) {
      const text = await response.text();
      const message = text === '' ? 'A key is needed.' : messageOf({ status: 401, text });
      this.lacksKey(this.key !== '', message);
      throw new ApiError(401, message, text);
    }
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  /** The same as a line for a shell: the plain API, with a key where this page has one. */
  curl(request: Request): string {
    const headers: [string, string][] = [];
    if (this.config.auth !== 'key' || this.key !== '') headers.push(['x-functions-key', '']);
    for (const [name, value] of Object.entries(request.headers ?? {})) headers.push([name, value]);
    if (request.body !== undefined && request.body !== '') headers.push(['Content-Type', 'application/json']);
    return curl({ method: request.method, url: this.url(request, '../'), headers, body: request.body });
  }

  private url(request: Request, base: string): string {
    const url = new URL(base + request.path, location.href.replace(/[?#].*$/, ''));
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
    }
    return url.href;
  }

  /** null if nobody has the ID. */
  async status(id: string, query: Query, signal?: AbortSignal): Promise<Status | null> {
    const answer = await this.getOrNull(`instances/${part(id)}`, query, signal);
    return answer === null ? null : (read(answer.text, VALUES) as Status);
  }

  async holding(id: string, signal?: AbortSignal): Promise<Holding | null> {
    const answer = await this.getOrNull(`instances/${part(id)}/holding`, {}, signal);
    return answer === null ? null : (read(answer.text, VALUES) as Holding);
  }

  private async getOrNull(path: string, query: Query, signal?: AbortSignal): Promise<Answer | null> {
    const answer = await this.sendOnce({ method: 'GET', path, query, signal });
    if (answer.status === 404) return null;
    if (answer.status >= 400) throw new ApiError(answer.status, messageOf(answer), answer.text);
    return answer;
  }

  /** The whole history of a generation, part by part; null if it has gone meanwhile. */
  async history(id: string, executionId: string, withValues: boolean, signal?: AbortSignal): Promise<HistoryEvent[] | null> {
    const events: HistoryEvent[] = [];
    let token = '';
    do {
      const answer = await this.sendOnce({
        method: 'GET',
        path: `instances/${part(id)}`,
        query: { showHistory: true, showHistoryOutput: withValues, showInput: withValues, executionId },
        headers: token === '' ? {} : { [CONTINUATION]: token },
        signal,
      });
      // 400: the instance has gone on to its next generation between two parts.
      if (answer.status === 404 || (answer.status === 400 && token !== '')) return null;
      if (answer.status >= 400) throw new ApiError(answer.status, messageOf(answer), answer.text);
      const status = read(answer.text, VALUES) as Status;
      for (const event of status.historyEvents ?? []) events.push(event);
      token = answer.headers.get(CONTINUATION) ?? '';
    } while (token !== '');
    return events;
  }

  /** One part of the list, and where it goes on; an empty text at its end. */
  async list(query: Query, token: string, signal?: AbortSignal): Promise<{ rows: Status[]; next: string }> {
    const answer = await this.send({
      method: 'GET',
      path: 'instances',
      query: { ...query, showInput: false, showOutput: false },
      headers: token === '' ? {} : { [CONTINUATION]: token },
      signal,
    });
    return { rows: read(answer.text, VALUES) as Status[], next: answer.headers.get(CONTINUATION) ?? '' };
  }

  async orchestrators(): Promise<OrchestratorInfo[]> {
    const answer = await this.send({ method: 'GET', path: 'orchestrators' });
    return read(answer.text, VALUES) as OrchestratorInfo[];
  }

  async health(detail: boolean): Promise<Health> {
    // 503 is an answer here: the app says that it is not well, and why.
    const answer = await this.sendOnce({ method: 'GET', path: 'health', query: { detail: detail || undefined } });
    if (answer.status >= 400 && answer.status !== 503) throw new ApiError(answer.status, messageOf(answer), answer.text);
    return read(answer.text, VALUES) as Health;
  }
}

export const startedOf = (text: string): Started => read(text, VALUES) as Started;

/** What an answer says in its body, or what its code means. */
export function messageOf(answer: { status: number; text: string }): string {
  try {
    const body = JSON.parse(answer.text) as { Message?: unknown };
    if (typeof body.Message === 'string') return body.Message;
  } catch {
    // No JSON: the host itself answered.
  }
  const text = answer.text.trim();
  return text !== '' && text.length < 300 && !text.startsWith('<') ? text : `The app answered ${answer.status}.`;
}

/** A random name for what must not be done twice. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
