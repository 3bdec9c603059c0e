import type { ComponentChildren, JSX } from 'preact';
import type { Holding, Status } from './model';
import { Icon, LifeBadge, Time } from './parts';
import { isEnded } from './policy';
import { toId } from './route';
import { standing } from './standing';
import { duration, fromNow } from './time';

/** Who holds the ID, since when, and why it stands still. */
export function HolderCard({ status, holding, now }: { status: Status; holding: Holding | null; now: number }): JSX.Element {
  const ended = isEnded(status.runtimeStatus);
  const created = Date.parse(status.createdTime);
  const claimed = holding?.claimedAt ?? null;
  const owner = holding?.owner ?? null;
  const lines = standing(status, holding, now);
  return (
    <section class={`card hero s-${status.runtimeStatus.toLowerCase()}`} aria-label="Holder">
      <p class="who">
        <span>
          <strong>{status.name}</strong> {ended ? 'had this ID last,' : 'holds this ID'}
        </span>
        <span class="since">
          {ended ? `and ended ${fromNow(Date.parse(status.lastUpdatedTime), now)}` : `for ${duration(now - created)}`}
        </span>
      </p>
      {lines.length > 0 && (
        <ul class="standing" aria-label={ended ? 'What is to come' : 'Why it stands still, or what it does'}>
          {lines.map((line) => (
            <li key={line.sentence} class={`tone-${line.tone}`}>
              {line.sentence}
            </li>
          ))}
        </ul>
      )}
      <dl class="facts">
        <Fact name="Accepted">
          <Time at={status.createdTime} now={now} />
        </Fact>
        <Fact name="Last change">
          <Time at={status.lastUpdatedTime} now={now} />
        </Fact>
        {holding !== null && (
          <Fact name="Owner">
            {owner === null ? (
              <span class="quiet">none at the moment</span>
            ) : (
              <>
                <LifeBadge life={owner.life} /> <span class="mono">{owner.id}</span>
                {owner.since && <span class="quiet"> since {fromNow(Date.parse(owner.since), now)}</span>}
              </>
            )}
          </Fact>
        )}
        {claimed !== null && (
          <Fact name="Claimed">
            <Time at={claimed} now={now} />
          </Fact>
        )}
        {holding !== null && (
          <>
            <Fact name="Fence">
              <span class="mono" data-fact="fence">{holding.fence}</span>
            </Fact>
            <Fact name="Strikes" hint="Owners that died while they had it, one after another">
              {holding.strikes}
            </Fact>
            <Fact name="Generation">{holding.generation}</Fact>
            <Fact name="Rewinds">{holding.rewinds}</Fact>
            <Fact name="Journal">{holding.journalRows} rows</Fact>
            {holding.nextDue !== null && (
              <Fact name="Next due">
                <Time at={holding.nextDue} now={now} />
              </Fact>
            )}
            {holding.startAt !== null && (
              <Fact name="Begins at">
                <Time at={holding.startAt} now={now} />
              </Fact>
            )}
            <Fact name="Gate" hint="Whether events and operations can still reach it">
              {holding.gate ? 'open' : 'closed'}
            </Fact>
          </>
        )}
        {typeof status.codeVersion === 'number' && <Fact name="Code version">{status.codeVersion}</Fact>}
        <Fact name="Execution">
          <span class="mono">{status.executionId}</span>
        </Fact>
        {status.parent !== null && (
          <Fact name="Called by">
            <a href={toId(status.parent.instanceId)}>
              <bdi>{status.parent.instanceId}</bdi>
            </a>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Fact(props: { name: string; hint?: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="fact">
      <dt>
        {props.name}
        {props.hint !== undefined && (
          <span class="why" title={props.hint}>
            <Icon name="info" />
            <span class="away">{props.hint}</span>
          </span>
        )}
      </dt>
      <dd>{props.children}</dd>
    </div>
  );
}
