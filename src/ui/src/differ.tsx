import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { diff } from './diff';
import type { Raw } from './json';
import { Brief } from './viewer';

const LIMIT = 200;

/** Where two values differ, as a table. */
export function Diff(props: { before: Raw; after: Raw; names: [string, string] }): JSX.Element {
  const changes = useMemo(() => diff(props.before, props.after, LIMIT), [props.before, props.after]);
  if (changes.length === 0) return <p class="quiet">Both are the same.</p>;
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Differences">
      <table>
        <thead>
          <tr>
            <th scope="col">Where</th>
            <th scope="col">{props.names[0]}</th>
            <th scope="col">{props.names[1]}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={change.path}>
              <th scope="row">
                <code>{change.path}</code>
              </th>
              <td class="removed">{change.before === undefined ? <span class="quiet">not there</span> : <Brief raw={change.before} />}</td>
              <td class="added">{change.after === undefined ? <span class="quiet">not there</span> : <Brief raw={change.after} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {changes.length === LIMIT && <p class="quiet">Only the first {LIMIT} differences are shown.</p>}
    </div>
  );
}
