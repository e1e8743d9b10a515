import { staysOpen } from "./request-words.ts";
import type { OperationState } from "./state.ts";

/**
 * Since when visitors have written what the snapshot of an operation does not hold: since the site opened again, or, where it stayed open, since
 * the snapshot was requested. Undefined where nobody has.
 */
export const discardsFrom = ({ request, window, snapshotAt }: OperationState): string | undefined =>
  staysOpen(request) ? snapshotAt : window.openingAt;
