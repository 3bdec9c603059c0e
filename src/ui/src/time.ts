const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration in its two largest units: "3 min 12 s". */
export function duration(millis: number): string {
  const ms = Math.max(0, millis);
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toString()} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  const two = (large: number, name: string, small: number, smallName: string): string => {
    const rest = Math.floor((ms % large) / small);
    return `${Math.floor(ms / large)} ${name}` + (rest === 0 ? '' : ` ${rest} ${smallName}`);
  };
  if (ms < HOUR) return two(MINUTE, 'min', SECOND, 's');
  if (ms < DAY) return two(HOUR, 'h', MINUTE, 'min');
  return two(DAY, 'd', HOUR, 'h');
}

/** How far a time is from now: "3 min ago", "in 2 h". */
export function fromNow(time: number, now: number): string {
  const away = now - time;
  if (Math.abs(away) < 2 * SECOND) return 'now';
  const rounded = Math.abs(away) < MINUTE ? Math.floor(Math.abs(away) / SECOND) * SECOND : Math.abs(away);
  const text = rounded < 10 * SECOND ? `${rounded / SECOND} s` : duration(rounded);
  return away > 0 ? `${text} ago` : `in ${text}`;
}

const two = (part: number): string => part.toString().padStart(2, '0');

/** A time on the clock of whoever looks: "14:02:07" of today, else with its date. */
export function clock(time: number, now: number): string {
  const at = new Date(time);
  const text = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return at.toDateString() === new Date(now).toDateString() ? text : `${day(at)} ${text}`;
}

function day(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** What a field `datetime-local` shows for an ISO time; empty for none. */
export function toLocalField(iso: string | undefined): string {
  if (!iso) return '';
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? '' : `${day(at)}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The ISO time in UTC of what a field `datetime-local` holds; empty for none. */
export function fromLocalField(text: string): string {
  const at = new Date(text);
  return text === '' || Number.isNaN(at.getTime()) ? '' : at.toISOString().replace('.000Z', 'Z');
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  if (count < 1024 * 1024) return `${(count / 1024).toFixed(count < 10240 ? 1 : 0)} KiB`;
  return `${(count / 1024 / 1024).toFixed(1)} MiB`;
}
