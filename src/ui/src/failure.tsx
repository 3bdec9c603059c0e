import type { JSX } from 'preact';
import { causes, type FailureStory } from './history';
import { kindOf, textOf } from './json';
import type { Status } from './model';
import { Card, useApi } from './parts';
import { toId } from './route';
import { clock } from './time';

/** How an instance failed, where, and what can be done about it. */
export function FailureCard({ status, story, now }: { status: Status; story: FailureStory | null; now: number }): JSX.Element {
  const api = useApi();
  const step = story?.step;
  const output = kindOf(status.output) === 'string' ? textOf(status.output) : status.output;
  return (
    <Card title="Failure" class="failure">
      {story === null ? (
        <p class="message">{output}</p>
      ) : (
        causes(story.failure).map((failure, depth) => (
          <div key={depth} class="cause">
            <p class="type">
              {depth > 0 && 'caused by '}
              {failure.ErrorType}
            </p>
            <p class="message">{failure.ErrorMessage}</p>
            {failure.IsNonRetriable && <p class="quiet">It says of itself that trying again is pointless.</p>}
            {failure.StackTrace !== null && failure.StackTrace !== '' && (
              <details>
                <summary>Stack trace</summary>
                <pre tabIndex={0}>{failure.StackTrace}</pre>
              </details>
            )}
          </div>
        ))
      )}
      {step !== undefined && (
        <p>
          It began in the {step.kind === 'activity' ? 'activity' : 'sub-orchestration'} <strong>{step.name}</strong>
          {step.instanceId !== undefined && (
            <>
              {' '}
              <a href={toId(step.instanceId)}>
                <bdi>{step.instanceId}</bdi>
              </a>
            </>
          )}
          , which failed {step.attempts === 1 ? 'once' : `${step.attempts} times`} in this generation, last at {clock(step.at, now)}.
        </p>
      )}
      <h3>What can be done</h3>
      <ul>
        <li>
          <strong>Rewind</strong> it, once what failed will work: what was committed stays, only what failed is run again.
        </li>
        <li>
          <strong>Restart</strong> it to run all of it again with the same input, or start it below with another.
        </li>
        <li>
          <strong>Purge</strong> it, and the ID is free.
        </li>
      </ul>
      {api.isReadOnly && <p class="quiet">None of it from here: this dashboard is read-only.</p>}
    </Card>
  );
}
