/** A request as the line that one would type for it. */

export interface CurlRequest {
  method: string;
  url: string;
  headers: readonly (readonly [string, string])[];
  body: string | undefined;
}

/** A word for a POSIX shell: nothing in it means anything. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

export function curl(request: CurlRequest): string {
  const words = ['curl', '-i'];
  if (request.method !== 'GET') words.push('-X', request.method);
  for (const [name, value] of request.headers) {
    // The key is no part of what is copied.
    words.push('-H', name === 'x-functions-key' ? `"x-functions-key: $SOLITON_KEY"` : quoted(`${name}: ${value}`));
  }
  words.push(quoted(request.url));
  if (request.body !== undefined && request.body !== '') words.push('-d', quoted(request.body));
  return words.join(' ');
}
