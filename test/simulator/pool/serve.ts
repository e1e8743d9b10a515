import type { Done, Run, Work } from "./work.ts";

/** Runs what the parent process sends, one after another, until it disconnects. */
export function serve(run: Run): void {
  // Taken before virtual time replaces anything: an answer is sent in real time.
  const exit = process.exit.bind(process);
  // A terminal interrupts the whole group. The parent says what becomes of its workers.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => {});
  process.on("disconnect", () => exit(0));
  process.on("message", ({ work, scenario }: Work) => {
    void run(scenario).then(
      (result) => process.send?.({ work, result } satisfies Done),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`, () => exit(1));
      },
    );
  });
}
