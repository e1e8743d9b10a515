/** A terminal signals the whole group and npm passes the signal on, so one Ctrl-C may arrive twice. */
const ONE_CTRL_C_MS = 2_000;
export const INTERRUPTED = 130;

/** Aborts at the first SIGINT, SIGTERM or SIGHUP. A later one ends the process at once, whatever that leaves behind. */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  let firstAt: number | undefined;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => {
      if (firstAt !== undefined && Date.now() - firstAt > ONE_CTRL_C_MS) process.exit(INTERRUPTED);
      firstAt ??= Date.now();
      controller.abort(new Error("it was interrupted"));
    });
  return controller.signal;
}
