/** One request for each of many instances, a few at a time. */

export type Result = 'waiting' | 'running' | 'done' | 'failed' | 'stopped';

export interface Job {
  id: string;
  result: Result;
  /** What the API said, or why it failed. */
  note: string;
}

export const AT_ONCE = 4;

export class Bulk {
  readonly jobs: Job[];
  private isStopping = false;
  private active = 0;

  /**
   * @param run does it for one ID, and gives what to note
   * @param changed is called whenever there is something new to show
   */
  constructor(
    ids: readonly string[],
    private readonly run: (id: string) => Promise<string>,
    private readonly changed: () => void,
  ) {
    this.jobs = ids.map((id) => ({ id, result: 'waiting', note: '' }));
  }

  count(result: Result): number {
    return this.jobs.reduce((sum, job) => sum + (job.result === result ? 1 : 0), 0);
  }

  get isRunning(): boolean {
    return this.active > 0;
  }

  /** Runs what waits, and comes back when all of it has ended. */
  async start(): Promise<void> {
    this.isStopping = false;
    const waiting = this.jobs.filter((job) => job.result === 'waiting');
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, () => this.lane(waiting)));
    this.changed();
  }

  /** Begins nothing more; what is under way comes to its end. */
  stop(): void {
    this.isStopping = true;
    for (const job of this.jobs) {
      if (job.result === 'waiting') job.result = 'stopped';
    }
    this.changed();
  }

  /** Runs again what has failed or was stopped. */
  async retry(): Promise<void> {
    for (const job of this.jobs) {
      if (job.result === 'failed' || job.result === 'stopped') {
        job.result = 'waiting';
        job.note = '';
      }
    }
    await this.start();
  }

  private async lane(waiting: Job[]): Promise<void> {
    this.active++;
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      if (this.isStopping) continue;
      job.result = 'running';
      this.changed();
      try {
        job.note = await this.run(job.id);
        job.result = 'done';
      } catch (trouble) {
        job.note = trouble instanceof Error ? trouble.message : String(trouble);
        job.result = 'failed';
      }
      this.changed();
    }
    this.active--;
  }
}
