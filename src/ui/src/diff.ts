import { compact, entriesOf, kindOf, type Raw } from './json';

/** A place in which two values differ. `before` is missing for what was added, `after` for what was removed. */
export interface Change {
  path: string;
  before?: Raw;
  after?: Raw;
}

const PLAIN = /^[A-Za-z_$][\w$]*$/;

function step(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return PLAIN.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** Where two JSON values differ, member by member and item by item; at most `limit` places. */
export function diff(before: Raw, after: Raw, limit = 200): Change[] {
  const changes: Change[] = [];

  function compare(path: string, one: Raw, other: Raw, depth: number): void {
    if (changes.length >= limit || compact(one) === compact(other)) return;
    const kind = kindOf(one);
    if (kind !== kindOf(other) || (kind !== 'object' && kind !== 'array') || depth > 30) {
      changes.push({ path, before: one, after: other });
      return;
    }
    const rest = new Map(entriesOf(other).map((entry) => [entry.key, entry.raw]));
    for (const { key, raw } of entriesOf(one)) {
      const match = rest.get(key);
      rest.delete(key);
      if (match === undefined) changes.push({ path: step(path, key), before: raw });
      else compare(step(path, key), raw, match, depth + 1);
    }
    for (const [key, raw] of rest) changes.push({ path: step(path, key), after: raw });
  }

  compare('$', before, after, 0);
  return changes.slice(0, limit);
}
