import { OperationError } from "../operations/operation-error.ts";
import type { Before } from "./before.ts";
import { closuresOf } from "./close-traffic.ts";
import { isLoadBalancersOwn } from "./instead.ts";
import { nowAndThen } from "./now-and-then.ts";
import type { PhaseRun, Watch } from "./operation-run.ts";
import { askThrough, type ClosedDoor, closedDoors, nameOf } from "./page-proof.ts";
import { tellThatItWasGone } from "./page-was-gone.ts";

/**
 * Nobody gets past the page, at any address that the load balancers have by now: one that they took up inside the window may not know the rules
 * yet, which the rules themselves do not tell. Each address is asked through one door in turn, and is believed at the second look only:
 * between the point of no return and the opening the operation is held for it.
 */
export const pageShows = (before: Before): Watch => {
  let turn = 0;
  let suspects = new Map<string, ClosedDoor>();
  return nowAndThen(async (op) => {
    const found = await getThrough(op, await doorsNow(op, before, { turn, suspects }));
    const confirmed = found.filter(({ address }) => suspects.has(address));
    suspects = new Map(found.map((door) => [door.address, door]));
    turn += 1;
    if (confirmed.length === 0) return;
    await tellThatItWasGone(op);
    throw new OperationError(
      `expected the page at every address, found the application twice at ${confirmed.map(nameOf).join(" and at ")}`,
      {
        code: "page-was-gone",
        hint: "The rules are on the listener, and this address lets the public past them. Look whether it still does: visitors may have written to data that is being migrated",
      },
    );
  });
};

/** A suspect by the door that it was suspected for, every other address by its next. Where a name does not resolve now, there is nothing new to ask. */
async function doorsNow(
  op: PhaseRun,
  before: Before,
  { turn, suspects }: { turn: number; suspects: Map<string, ClosedDoor> },
): Promise<ClosedDoor[]> {
  const { closures } = closuresOf({ target: op.target, before, operationId: op.id });
  const doors = await closedDoors(op, { closures, loadBalancers: before.loadBalancers }).catch(() => []);
  return [...Map.groupBy(doors, ({ address }) => address)].map(
    ([address, its]) => suspects.get(address) ?? its[turn % its.length]!,
  );
}

/** What a firewall refuses, and what a load balancer answers by itself, has come to no node. No answer proves nothing. */
const REFUSALS = [403, 429];
async function getThrough(op: PhaseRun, doors: ClosedDoor[]): Promise<ClosedDoor[]> {
  const asked = await Promise.all(
    doors.map(async (door) => {
      const answer = await askThrough(op, op.target, door).catch(() => undefined);
      const isThrough =
        answer && !answer.body.includes(op.id) && !isLoadBalancersOwn(answer) && !REFUSALS.includes(answer.status);
      return isThrough ? [door] : [];
    }),
  );
  return asked.flat();
}
