import type { Workflow } from "../engine/workflow.ts";
import { isActive } from "../operations/operation.ts";
import { OperationError } from "../operations/operation-error.ts";
import { UnreadableRecordError } from "../operations/record.ts";
import { silentSince } from "../operations/silence.ts";
import type { InLine } from "../operations/store.ts";
import type { PhaseRun } from "./operation-run.ts";

/** How often the next ones in the line look. Those behind them cannot be let in so soon, and look less often. */
const LOOK_EVERY_MS = 10_000;
const LOOK_AT_LEAST_EVERY_MS = 5 * 60_000;
/** Where the line has stood for a while, they look less often by a share of that: a line of long windows must not cost thousands of looks. */
const SHARE_OF_STANDING = 0.1;
/** Where it has stood so long, those who hold it up may be gone: the first one looks then, and the next one after as long again, for the first may be gone too. */
const SWEEP_AFTER_MS = 2 * 60_000;

type Turn = {
  what: string;
  /** From when on it could have begun: its place in the line. */
  notBefore?: string;
  op: PhaseRun;
  scope: Workflow;
  endWhenCancelled: () => Promise<void>;
};
type Seen = { entered: boolean; ahead: number; at: number; since?: string };

/**
 * Comes back when the operation may begin: where others fill what AWS lets the account ask for, it waits in the order of the requests, suspended, with the site open
 * and its decisions heard. A rollback never waits: visitors have the wrong version meanwhile, or none.
 */
export async function waitTurn({ what, notBefore, op, scope, endWhenCancelled }: Turn): Promise<void> {
  const atOnce = op.request.procedure === "rollback" ? undefined : op.windowsAtOnce;
  const look = (known: string | undefined, standsMs: number): Promise<Seen> =>
    scope.step(what, async () => {
      await endWhenCancelled();
      const since = known ?? (await sinceOf(op, notBefore));
      const place = await placeOf(op, { id: op.id, since, atOnce }, standsMs);
      if (place.entered) return { entered: true, ahead: 0, at: op.clock.now() };
      refuseWhenTooLate(op);
      const { length: ahead } = place.ahead;
      await op.say(
        `waits for ${ahead === 0 ? "a window to end: it is the next" : `${ahead} other${ahead === 1 ? "" : "s"} before it`}; AWS' request limits of this account permit ${atOnce} window${atOnce === 1 ? "" : "s"} at once`,
      );
      return { entered: false, ahead, at: op.clock.now(), since };
    });

  let seen = await look(undefined, 0);
  if (seen.entered) return;
  await op.record(`${what}/waits`, [{ type: "waiting", for: "turn" }]);
  let movedAt = seen.at;
  while (!seen.entered) {
    const standsMs = seen.at - movedAt;
    await scope.waitForCallback(
      what,
      async (callbackId) => {
        await op.store.setCallback(op.id, callbackId);
        // A decision that was made before anybody could know the callback wakes nobody.
        await endWhenCancelled();
      },
      { timeoutMs: nextLookMs(seen.ahead, { atOnce: atOnce!, standsMs }) },
    );
    const before: Seen = seen;
    seen = await look(seen.since, standsMs);
    if (seen.ahead !== before.ahead) movedAt = seen.at;
  }
  await scope.step(`${what}/over`, () => op.store.setCallback(op.id, undefined));
  await op.record(`${what}/over`, [{ type: "waited" }]);
}

async function sinceOf({ store, id }: PhaseRun, notBefore: string | undefined): Promise<string> {
  const { requestedAt } = (await store.get(id))!;
  const isLater = notBefore !== undefined && Date.parse(notBefore) > Date.parse(requestedAt);
  return isLater ? new Date(notBefore).toISOString() : requestedAt;
}

/** In milliseconds. The whole line passes in rounds of as many as there are windows at once. */
export function nextLookMs(ahead: number, { atOnce, standsMs }: { atOnce: number; standsMs: number }): number {
  const rounds = Math.max(1, (ahead + 1) / atOnce);
  return Math.min(LOOK_AT_LEAST_EVERY_MS, Math.max(LOOK_EVERY_MS * rounds, standsMs * SHARE_OF_STANDING));
}

/** Those who come next look whether whoever holds the line up still does. */
async function placeOf(
  { store, clock }: PhaseRun,
  turn: { id: string; since: string; atOnce: number | undefined },
  standsMs: number,
): Promise<InLine> {
  const place = await store.enterLine(turn);
  if (place.entered || standsMs < SWEEP_AFTER_MS * (place.ahead.length + 1)) return place;
  const others = [...place.underWay, ...place.ahead];
  const gone = await Promise.all(others.map((id) => isGone({ store, clock }, id)));
  if (!gone.includes(true)) return place;
  for (const id of others.filter((_, index) => gone[index])) await store.leaveLine(id);
  return store.enterLine(turn);
}

/**
 * What is over or held asks nothing of AWS, and what waits for people little: for hours, maybe. Nor does one whose run has died; until somebody takes it over that
 * shows by its silence alone. Where one of them goes on it does so at once, and there is a window more for a while.
 */
async function isGone({ store, clock }: Pick<PhaseRun, "store" | "clock">, id: string): Promise<boolean> {
  try {
    const state = await store.get(id);
    if (!state || !isActive(state.status) || state.status === "held") return true;
    if (state.status === "waiting" && state.waitingFor?.for !== "turn") return true;
    const { target, requestedAt } = state;
    const configuration = await store.configuration(id);
    return silentSince({ id, target, requestedAt, configuration, state }, clock.now()) !== undefined;
  } catch (error) {
    // Its own run cannot read it either, and does nothing.
    if (error instanceof UnreadableRecordError) return true;
    throw error;
  }
}

function refuseWhenTooLate({ request: { mustOpenBy }, clock }: PhaseRun): void {
  if (mustOpenBy === undefined || clock.now() < Date.parse(mustOpenBy)) return;
  throw new OperationError(`expected the site open again by ${mustOpenBy}, found that it still waited for its turn`, {
    code: "too-late",
    hint: "The site was never closed. Start a new operation that begins when fewer others do, or has a later mustOpenBy",
  });
}
