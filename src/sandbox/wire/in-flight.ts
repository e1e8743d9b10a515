let inFlight = 0;

/** Runs work that goes on by setImmediate, where a clock that jumps from timer to timer would not see it. */
export async function countInFlight<Result>(work: () => Promise<Result>): Promise<Result> {
  inFlight += 1;
  try {
    return await work();
  } finally {
    inFlight -= 1;
  }
}

/** How much of such work is under way. Virtual time must not move on before it is none. */
export const workInFlight = (): number => inFlight;
