import { isRefusal, isThrottle } from "../aws/errors.ts";
import { OperationError } from "../operations/operation-error.ts";

/** Something read, or why it could not be read: a plan reports what is wrong with one thing beside all others. */
export type Read<Value> = { ok: true; value: Value } | { ok: false; error: string };

/**
 * Asks once more where no answer came, though the SDK may not repeat so late what would be a change: it is only read, and what is not read here
 * counts against the target. Throws where AWS throttles: asked again later it can be read, and nothing is wrong with it.
 */
export async function read<Value>(run: () => Promise<Value>): Promise<Read<Value>> {
  try {
    return {
      ok: true,
      value: await run().catch((error: unknown) => (isAnswer(error) ? Promise.reject(error) : run())),
    };
  } catch (error) {
    if (isThrottle(error)) throw error;
    const { name, message } = error as Error;
    return { ok: false, error: `${name}: ${message}` };
  }
}

const isAnswer = (error: unknown): boolean => isRefusal(error) || isThrottle(error) || error instanceof OperationError;

/** Something read from what was read before it. */
export const from = async <Source, Value>(
  source: Read<Source>,
  run: (value: Source) => Promise<Value>,
): Promise<Read<Value>> =>
  source.ok ? read(() => run(source.value)) : { ok: false, error: `not read, because of: ${source.error}` };
