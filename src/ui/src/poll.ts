/** Asking again and again, less often while nothing changes, and not at all while nobody looks. */

export const SHORTEST = 2_000;
export const LONGEST = 15_000;

export const nextDelay = (last: number, hasChanged: boolean): number =>
  hasChanged ? SHORTEST : Math.min(last * 1.5, LONGEST);

/** The parts of a browser that it needs. */
export interface Surroundings {
  setTimer(run: () => void, millis: number): number;
  clearTimer(timer: number): void;
  isHidden(): boolean;
  /** Calls back whenever that has changed; gives what ends it. */
  onVisibility(run: () => void): () => void;
}

export const BROWSER: Surroundings = {
  setTimer: (run, millis) => window.setTimeout(run, millis),
  clearTimer: (timer) => {
    window.clearTimeout(timer);
  },
  isHidden: () => document.hidden,
  onVisibility: (run) => {
    document.addEventListener('visibilitychange', run);
    return () => {
      document.removeEventListener('visibilitychange', run);
    };
  },
};

export type Seen = 'changed' | 'unchanged' | 'over';

/** Calls `ask` at once, and then again after each answer, until that is "over" or it is stopped. */
export class Poller {
  private timer: number | undefined;
  private delay = SHORTEST;
  private isAsking = false;
  private isStopped = false;
  private isOver = false;
  private isWanted = false;
  private readonly forget: () => void;

  constructor(
    private readonly ask: () => Promise<Seen>,
    private readonly around: Surroundings = BROWSER,
  ) {
    this.forget = around.onVisibility(() => {
      if (around.isHidden()) this.clear();
      else if (!this.isOver) this.now();
    });
    this.now();
  }

  /** Asks at once, and soon again: after something was done that will change the answer. */
  now(): void {
    this.delay = SHORTEST;
    this.isOver = false;
    this.clear();
    if (this.isAsking) this.isWanted = true;
    else void this.turn();
  }

  stop(): void {
    this.isStopped = true;
    this.clear();
    this.forget();
  }

  private clear(): void {
    if (this.timer !== undefined) this.around.clearTimer(this.timer);
    this.timer = undefined;
  }

  private async turn(): Promise<void> {
    if (this.isStopped) return;
    this.isAsking = true;
    this.isWanted = false;
    let seen: Seen;
    try {
      seen = await this.ask();
    } catch {
      seen = 'unchanged';
    }
    this.isAsking = false;
    if (this.stopped()) return;
    if (this.isWanted) {
      void this.turn();
      return;
    }
    this.isOver = seen === 'over';
    this.delay = nextDelay(this.delay, seen === 'changed');
    if (!this.isOver && !this.around.isHidden()) {
      this.timer = this.around.setTimer(() => void this.turn(), this.delay);
    }
  }

  /** It may have been stopped while it asked. */
  private stopped(): boolean {
    return this.isStopped;
  }
}
