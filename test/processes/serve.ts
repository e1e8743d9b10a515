/** What a worker process is sent, and what it answers. Plain data. */
export type Work<Job> = { work: number; job: Job };
export type Done<Answer> = { work: number; answer: Answer };

/** Runs what the parent process sends, one after another, until it disconnects. */
export function serve<Job, Answer>(run: (job: Job) => Promise<Answer>): void {
  // Taken before virtual time replaces anything: an answer is sent in real time.
  const exit = process.exit.bind(process);
  // A terminal interrupts the whole group. The parent says what becomes of its workers.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => {});
  process.on("disconnect", () => exit(0));
  process.on("message", ({ work, job }: Work<Job>) => {
    void run(job).then(
      (answer) => process.send?.({ work, answer } satisfies Done<Answer>),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`, () => exit(1));
      },
    );
  });
}
