/**
 * JSON as it was written. `JSON.parse` rounds numbers of more than 15 digits and takes a value apart as a whole; what an
 * orchestration was given and what it returned is kept as text here, and taken apart one level at a time, as it is looked at.
 */

/** A JSON value as text. */
export type Raw = string;

export type Kind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

export interface Entry {
  key: string | number;
  raw: Raw;
}

const QUOTE = 34;
const BACKSLASH = 92;

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** Where the string ends that begins with the quote at `from`: the place after its closing quote. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

/** Where the value ends that begins at `from`. It nests without recursion, so the depth of a value does not matter. */
export function endOfValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (code === 123 || code === 91) depth++;
    else if (code === 125 || code === 93) {
      if (depth === 0) return at;
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (code === 44 || isSpace(code))) return at;
    at++;
  }
  return text.length;
}

export function kindOf(raw: Raw): Kind {
  switch (raw[skipSpace(raw, 0)]) {
    case '{':
      return 'object';
    case '[':
      return 'array';
    case '"':
      return 'string';
    case 't':
    case 'f':
      return 'boolean';
    case 'n':
      return 'null';
    default:
      return 'number';
  }
}

/** The members of an object or the items of an array, the first `limit` of them; nothing for other values. */
export function entriesOf(raw: Raw, limit = Infinity): Entry[] {
  const entries: Entry[] = [];
  let at = skipSpace(raw, 0);
  const isObject = raw[at] === '{';
  if (!isObject && raw[at] !== '[') return entries;
  at = skipSpace(raw, at + 1);
  while (at < raw.length && raw[at] !== '}' && raw[at] !== ']' && entries.length < limit) {
    let key: string | number = entries.length;
    if (isObject) {
      const end = endOfString(raw, at);
      key = textOf(raw.slice(at, end));
      at = skipSpace(raw, skipSpace(raw, end) + 1);
    }
    const end = endOfValue(raw, at);
    if (end === at) break;
    entries.push({ key, raw: raw.slice(at, end) });
    at = skipSpace(raw, end);
    if (raw[at] === ',') at = skipSpace(raw, at + 1);
  }
  return entries;
}

/** How many members or items there are. */
export function sizeOf(raw: Raw): number {
  return entriesOf(raw).length;
}

/** The text that a JSON string stands for; the string itself where it is damaged. */
export function textOf(raw: Raw): string {
  try {
    return JSON.parse(raw) as string;
  } catch {
    return raw;
  }
}

/**
 * Reads an answer of the API. Members of the names in `rawKeys` stay text, wherever they are; all else is read as by
 * `JSON.parse`.
 */
export function read(text: string, rawKeys: ReadonlySet<string>): unknown {
  let at = 0;

  function value(): unknown {
    at = skipSpace(text, at);
    const first = text[at];
    if (first === '{') {
      const object: Record<string, unknown> = {};
      at = skipSpace(text, at + 1);
      while (text[at] !== '}') {
        if (text[at] !== '"') throw new SyntaxError(`No member at ${at}`);
        const key = string();
        at = skipSpace(text, at);
        if (text[at] !== ':') throw new SyntaxError(`No value at ${at}`);
        at = skipSpace(text, at + 1);
        let member: unknown;
        if (rawKeys.has(key)) {
          const end = endOfValue(text, at);
          member = text.slice(at, end);
          at = end;
        } else {
          member = value();
        }
        // As JSON.parse does it: a member named __proto__ is a member.
        Object.defineProperty(object, key, { value: member, enumerable: true, configurable: true, writable: true });
        next('}');
      }
      at++;
      return object;
    }
    if (first === '[') {
      const array: unknown[] = [];
      at = skipSpace(text, at + 1);
      while (text[at] !== ']') {
        array.push(value());
        next(']');
      }
      at++;
      return array;
    }
    if (first === '"') return string();
    const end = endOfValue(text, at);
    const scalar: unknown = JSON.parse(text.slice(at, end));
    at = end;
    return scalar;
  }

  function string(): string {
    const end = endOfString(text, at);
    const inner = text.slice(at + 1, end - 1);
    const result = inner.includes('\\') ? (JSON.parse(text.slice(at, end)) as string) : inner;
    at = end;
    return result;
  }

  function next(closing: string): void {
    at = skipSpace(text, at);
    if (text[at] === ',') at = skipSpace(text, at + 1);
    else if (text[at] !== closing) throw new SyntaxError(`No ${closing} at ${at}`);
  }

  return value();
}

/** Without the spaces between its parts. */
export function compact(raw: Raw): string {
  let out = '';
  let at = 0;
  while (at < raw.length) {
    const code = raw.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(raw, at);
      out += raw.slice(at, end);
      at = end;
    } else {
      if (!isSpace(code)) out += raw[at];
      at++;
    }
  }
  return out;
}

/** With line breaks and indents; each number and each string as it was written. Stops after `limit` characters. */
export function pretty(raw: Raw, limit = Infinity): string {
  let out = '';
  let depth = 0;
  let at = 0;
  const line = (): string => '\n' + '  '.repeat(Math.min(depth, 40));
  while (at < raw.length && out.length < limit) {
    const char = raw[at] ?? '';
    if (char === '"') {
      const end = endOfString(raw, at);
      out += raw.slice(at, Math.min(end, at + (limit - out.length)));
      at = end;
      continue;
    }
    at++;
    if (char === '{' || char === '[') {
      const inside = skipSpace(raw, at);
      if (raw[inside] === '}' || raw[inside] === ']') {
        out += char + (raw[inside] ?? '');
        at = inside + 1;
      } else {
        depth++;
        out += char + line();
      }
    } else if (char === '}' || char === ']') {
      depth--;
      out += line() + char;
    } else if (char === ',') out += ',' + line();
    else if (char === ':') out += ': ';
    else if (!isSpace(char.charCodeAt(0))) out += char;
  }
  return out;
}

/** What is wrong with a text that ought to be JSON; empty if nothing is. */
export function flawOf(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (flaw) {
    return flaw instanceof Error ? flaw.message : String(flaw);
  }
}
