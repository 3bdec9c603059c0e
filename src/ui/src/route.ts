/** The address of a page is the part behind `#`: a path, and a query. So a link can be shared, and the server sees none of it. */

export interface Route {
  page: 'home' | 'list' | 'id' | 'start' | 'health' | 'unknown';
  id: string;
  query: URLSearchParams;
}

/** Half a pair of surrogates cannot be in an address. */
const whole = (text: string): string => text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');

/** One part of a path. */
export const part = (text: string): string => encodeURIComponent(whole(text));

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = splitOnce(hash.replace(/^#\/?/, ''), '?');
  const [page = '', rest = ''] = splitOnce(path, '/');
  const route = (name: Route['page'], id = ''): Route => ({ page: name, id, query: new URLSearchParams(query) });
  switch (page) {
    case '':
      return route('home');
    case 'instances':
      return route('list');
    case 'start':
      return route('start');
    case 'health':
      return route('health');
    case 'id':
      return route('id', decoded(rest));
    default:
      return route('unknown');
  }
}

function splitOnce(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withQuery(path: string, query?: Record<string, string | undefined>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') params.set(name, whole(value));
  }
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

export const toHome = (): string => '#/';
export const toHealth = (): string => '#/health';
export const toId = (id: string): string => `#/id/${part(id)}`;
export const toList = (query?: Record<string, string | undefined>): string => withQuery('#/instances', query);
export const toStart = (query?: Record<string, string | undefined>): string => withQuery('#/start', query);

/** Why no instance can have that ID; empty if one can. Some of these a browser would take out of the path of a request. */
export function flawOfId(id: string): string {
  if (id === '') return 'An ID has at least one character.';
  if (id.length > 256) return `An ID has at most 256 characters; this has ${id.length}.`;
  if (/[/\\#?]/.test(id)) return 'An ID has none of the characters / \\ # ?';
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f-\u009f]/.test(id)) return 'An ID has no control characters.';
  if (id.startsWith('@')) return 'An ID does not begin with @.';
  if (id === '.' || id === '..') return 'An ID is not . or ..';
  return '';
}
