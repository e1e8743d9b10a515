import { staysOpen } from "./request-words.ts";
import type { OperationState } from "./state.ts";

/**
 * Since when visitors have written what the snapshot of an operation does not hold: since the site opened again or they came past a page that was
 * gone, or, where it stayed open, since the snapshot was requested. Undefined where nobody has.
 */
export const discardsFrom = ({ request, window, passedSince, snapshotAt }: OperationState): string | undefined =>
  staysOpen(request) ? snapshotAt : (passedSince ?? window.openingAt);
