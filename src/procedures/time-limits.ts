import type { Clock } from "../clock.ts";
import { type Forecast, roundedTime, secondsFrom } from "../operations/forecast.ts";
import type { OperationRequest, Phase } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import { inWords } from "../targets/duration.ts";

/**
 * When the site will be open again if the phase begins now, in milliseconds since the epoch. Throws where that is later than the request
 * allows: asked wherever the window can still be left out, or left, without loss.
 */
export function opensInTime(
  { clock, request: { mustOpenBy } }: { clock: Clock; request: OperationRequest },
  forecast: Forecast,
  phase: Phase,
): number {
  const opensAt = clock.now() + secondsFrom(forecast, phase) * 1_000;
  const lateMs = mustOpenBy === undefined ? 0 : opensAt - Date.parse(mustOpenBy);
  if (lateMs <= 0) return opensAt;
  throw new OperationError(
    `expected the site open again by ${mustOpenBy}, found before ${phase} that it would be ${roundedTime(opensAt)}, ${inWords(lateMs)} too late`,
    {
      code: "too-late",
      hint: "Start a new operation that begins earlier or has a later mustOpenBy. The plan says what takes how long",
      details: { phase, opensAt: new Date(opensAt).toISOString() },
    },
  );
}
