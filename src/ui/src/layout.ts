import type { Item } from './history';
import { duration } from './time';

/** Where the times of a timeline lie, in pixels. Long stretches in which no step ran are folded to a narrow mark. */

export interface Fold {
  x: number;
  width: number;
  label: string;
}

export interface Tick {
  x: number;
  label: string;
}

export interface Layout {
  x: (time: number) => number;
  folds: Fold[];
  ticks: Tick[];
}

interface Stretch {
  from: number;
  to: number;
  isFolded: boolean;
  x: number;
  width: number;
}

const FOLD_WIDTH = 34;
const LEAST_WIDTH = 16;
const TICK_DISTANCE = 84;
const LEAST_TICK_DISTANCE = 76;
/** A stretch is folded if nothing ran in it, and it is more than this part of the whole. */
const FOLDED_SHARE = 0.1;
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500].concat(
  [1, 2, 5, 10, 15, 30].map((s) => s * 1000),
  [1, 2, 5, 10, 15, 30].map((m) => m * 60_000),
  [1, 2, 3, 6, 12].map((h) => h * 3_600_000),
  [1, 2, 7, 14, 30, 90, 365].map((d) => d * 86_400_000),
);

/** Whether something is done while it lasts: a timer, a wait and a suspension are idle. */
const isBusy = (item: Item): boolean => item.kind === 'activity' || item.kind === 'child';

function busyStretches(items: readonly Item[], start: number, end: number): [number, number][] {
  const all: [number, number][] = [[start, start], [end, end]];
  for (const item of items) {
    if (isBusy(item)) {
      all.push([item.from, item.to ?? end]);
    } else {
      all.push([item.from, item.from]);
      if (item.to !== undefined) all.push([item.to, item.to]);
    }
  }
  all.sort((one, other) => one[0] - other[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of all) {
    const last = merged[merged.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function stretchesOf(items: readonly Item[], start: number, end: number): Stretch[] {
  const stretches: Stretch[] = [];
  const add = (from: number, to: number, isFolded: boolean): void => {
    const last = stretches[stretches.length - 1];
    if (last && !isFolded && !last.isFolded) last.to = to;
    else stretches.push({ from, to, isFolded, x: 0, width: 0 });
  };
  const busy = busyStretches(items, start, end);
  const span = end - start;
  const isLong = (gap: number): boolean => gap > span * FOLDED_SHARE && gap >= 1000;
  const gaps = busy.map(([, to], i) => (busy[i + 1]?.[0] ?? to) - to);
  const shown = span - gaps.filter(isLong).reduce((sum, gap) => sum + gap, 0);
  busy.forEach(([from, to], i) => {
    add(from, to, false);
    const next = busy[i + 1];
    if (!next) return;
    const gap = next[0] - to;
    if (isLong(gap)) {
      const margin = Math.min(gap * 0.05, shown * 0.05);
      add(to, to + margin, false);
      add(to + margin, next[0] - margin, true);
      add(next[0] - margin, next[0], false);
    } else {
      add(to, next[0], false);
    }
  });
  return stretches;
}

/** Lays out what happened from `start` to `end` over `width` pixels. */
export function layout(items: readonly Item[], start: number, end: number, width: number): Layout {
  const last = Math.max(end, start + 1);
  const stretches = stretchesOf(items, start, last);
  const folded = stretches.filter((stretch) => stretch.isFolded);
  const open = stretches.filter((stretch) => !stretch.isFolded);
  const room = Math.max(width - folded.length * FOLD_WIDTH - open.length * LEAST_WIDTH, 0);
  const shown = open.reduce((sum, stretch) => sum + stretch.to - stretch.from, 0);
  let x = 0;
  for (const stretch of stretches) {
    stretch.x = x;
    stretch.width = stretch.isFolded
      ? FOLD_WIDTH
      : LEAST_WIDTH + (shown === 0 ? room / open.length : (room * (stretch.to - stretch.from)) / shown);
    x += stretch.width;
  }
  return {
    x: (time) => place(stretches, time),
    folds: folded.map((fold) => ({ x: fold.x, width: fold.width, label: duration(fold.to - fold.from) })),
    ticks: ticksOf(open, start),
  };
}

function place(stretches: readonly Stretch[], time: number): number {
  let low = 0;
  let high = stretches.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle]?.to ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  const stretch = stretches[low];
  if (!stretch) return 0;
  const share = stretch.to === stretch.from ? 0 : (time - stretch.from) / (stretch.to - stretch.from);
  return stretch.x + stretch.width * Math.min(1, Math.max(0, share));
}

function ticksOf(open: readonly Stretch[], start: number): Tick[] {
  const ticks: Tick[] = [];
  for (const stretch of open) {
    const time = stretch.to - stretch.from;
    if (stretch.width < TICK_DISTANCE || time === 0) continue;
    const wanted = (time * TICK_DISTANCE) / stretch.width;
    const step = STEPS.find((each) => each >= wanted);
    if (step === undefined) continue;
    for (let at = Math.ceil((stretch.from - start) / step) * step; at <= stretch.to - start; at += step) {
      const x = stretch.x + ((at + start - stretch.from) / time) * stretch.width;
      if (x - (ticks[ticks.length - 1]?.x ?? -TICK_DISTANCE) < LEAST_TICK_DISTANCE) continue;
      const label = at === 0 ? '0' : `+${duration(at)}`;
      // Of two that read the same one is enough.
      if (label !== ticks[ticks.length - 1]?.label) ticks.push({ x, label });
    }
  }
  return ticks;
}
