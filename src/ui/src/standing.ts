import type { Holding, Status } from './model';
import { isEnded } from './policy';
import { clock, duration, fromNow } from './time';

/** Why an instance stands still, or what it is doing: in sentences. */
export interface Standing {
  tone: 'good' | 'calm' | 'warn' | 'bad';
  sentence: string;
}

const list = (calls: { name: string; count: number }[]): string =>
  calls.map((call) => (call.count === 1 ? call.name : `${call.count} × ${call.name}`)).join(', ');

const isNamed = (time: string | null | undefined): time is string => time !== null && time !== undefined && time !== '';

/** The sentences, what matters most first. */
export function standing(status: Status, holding: Holding | null, now: number): Standing[] {
  const all: Standing[] = [];
  const say = (tone: Standing['tone'], sentence: string): void => void all.push({ tone, sentence });
  const owner = holding?.owner ?? null;
  if (status.reason) say('bad', sentenceOf(status.reason));
  if (owner && owner.life !== 'alive') {
    const since = isNamed(owner.since) ? ` ${fromNow(Date.parse(owner.since), now)}` : '';
    const left = owner.life === 'left';
    say('warn', `Its owner ${left ? 'has left' : 'vanished'}${since}. Another worker takes over within a minute.`);
  }
  if (isEnded(status.runtimeStatus)) {
    if (holding?.following) say('calm', `It has ended. ${holding.following.name} begins in its place any moment.`);
    return all;
  }
  if (status.runtimeStatus === 'Suspended') {
    say('warn', 'It is suspended, and goes on when somebody resumes it.');
  }
  if (status.runtimeStatus === 'Pending') {
    const begins = status.scheduledStart === null ? NaN : Date.parse(status.scheduledStart);
    if (begins > now) say('calm', `It begins at ${clock(begins, now)}, in ${duration(begins - now)}.`);
    else if (!owner) say('calm', 'It waits for a worker to begin it.');
  } else if (holding?.dueAtOnce === true && !owner) {
    say('calm', 'There is work for it, which no worker has taken up yet.');
  }
  const waiting = status.waitingFor;
  if (!waiting) return all;
  if (waiting.activities.length > 0) say('good', `Activities are running: ${list(waiting.activities)}.`);
  if (waiting.subOrchestrations.length > 0) {
    say('good', `It waits for sub-orchestrations: ${list(waiting.subOrchestrations)}.`);
  }
  sayEvents(waiting.events, holding, say);
  const next = waiting.timers[0];
  if (next !== undefined) {
    const due = Date.parse(next);
    say('calm', due > now ? `Its next timer is due at ${clock(due, now)}, in ${duration(due - now)}.` : 'A timer is due.');
  }
  if (waiting.unclaimedEvents > 0) {
    say('calm', `${waiting.unclaimedEvents} ${waiting.unclaimedEvents === 1 ? 'event has' : 'events have'} come in that its code has not asked for.`);
  }
  return all;
}

/** Events that it waits for: those that have arrived already, and those that nobody has raised. */
function sayEvents(events: string[], holding: Holding | null, say: (tone: Standing['tone'], sentence: string) => void): void {
  const arrived = new Set(holding?.inbox.map((entry) => (entry.name ?? '').toLowerCase()));
  const named = (all: string[]): string => `${all.length === 1 ? 'the event' : 'the events'} ${all.map((event) => `“${event}”`).join(', ')}`;
  const [here, missing] = [true, false].map((isHere) => events.filter((event) => arrived.has(event.toLowerCase()) === isHere));
  if (missing && missing.length > 0) say('calm', `It waits for ${named(missing)}. Nobody has raised ${missing.length === 1 ? 'it' : 'them'} yet.`);
  if (here && here.length > 0) say('good', `It waits for ${named(here)}, which ${here.length === 1 ? 'has' : 'have'} arrived and will be taken in next.`);
}

function sentenceOf(reason: string): string {
  const text = reason.trim();
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
