import { isDeepStrictEqual } from "node:util";
import { type Bounds, boundsOf, type Suspended, suspendInput } from "../aws/auto-scaling.ts";
import type { Aws } from "../aws/aws.ts";
import type { Undo } from "../operations/journal.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { Before } from "./before.ts";
import type { Leftover } from "./leftovers.ts";
import type { PhaseRun } from "./operation-run.ts";
import { type Planned, planned, shortName } from "./planned.ts";

const ALL: Suspended = { in: true, out: true, scheduled: true };
type Suspension = { resourceId: string; bounds?: Bounds };

const inWords = ({ min, max }: Bounds): string => `${min} to ${max}`;
export const liesWithin = (count: number, { min, max }: Bounds): boolean => min <= count && count <= max;
const same = (one: Bounds, other: Bounds): boolean => one.min === other.min && one.max === other.max;

/**
 * RegisterScalableTarget moves a service's count into the bounds, even in the very call that suspends its scaling. Where the count lies outside
 * of them, which AWS allows, the call therefore carries bounds that reach to it.
 */
export const boundsAround = ({ min, max }: Bounds, count: number): Bounds => ({
  min: Math.min(min, count),
  max: Math.max(max, count),
});

/** Suspends whatever scales a service. What is suspended already is left alone. */
export const suspensions = (before: Before): Planned<Suspension>[] =>
  before.scalableTargets
    .filter(({ suspended }) => !(suspended.in && suspended.out && suspended.scheduled))
    .map((target) => {
      const { resourceId, suspended } = target;
      const bounds = boundsOf(target);
      const name = shortName(resourceId);
      const count = before.services.find((service) => service.name === name)?.desiredCount ?? bounds.min;
      const during = boundsAround(bounds, count);
      const widened = same(bounds, during) ? undefined : during;
      return planned({
        name: `suspend/${name}`,
        phase: "close",
        call: "application-autoscaling:RegisterScalableTarget",
        resource: resourceId,
        summary: widened
          ? `Suspend every scaling of ${name}, with bounds of ${inWords(during)} instead of ${inWords(bounds)}: its count is ${count}, and the call would move that into its bounds`
          : `Suspend every scaling of ${name}`,
        inverse: widened
          ? `Suspended exactly as before; the bounds only where the count lies within them by then, for they would start or stop nodes`
          : "Suspended exactly as before, once its count lies within its bounds",
        undo: {
          kind: "resume-scaling",
          resourceId,
          suspended,
          ...(widened && { bounds: { before: bounds, during } }),
        },
        parameters: { resourceId, bounds: widened },
        request: suspendInput(resourceId, ALL, widened),
      });
    });

/** Looks once more before: until here people and policies were free to change counts and bounds. */
export async function suspendScaling(op: PhaseRun, { resourceId, bounds }: Suspension): Promise<void> {
  const found = await look(op.aws, resourceId);
  if (!found) return;
  const carried = bounds ?? found.bounds;
  if (!liesWithin(found.count, carried))
    throw new OperationError(
      `expected ${shortName(resourceId)} to have ${inWords(carried)} nodes, found ${found.count}: suspending its scaling would start or stop nodes`,
      {
        code: "changed-meanwhile",
        hint: "Somebody changed its count or its bounds since preflight looked. Start a new operation: it begins with what is there now",
      },
    );
  await op.aws.autoScaling.suspend(resourceId, ALL, bounds);
}

/**
 * Suspended as it was. Bounds that would start or stop nodes at once stay as they are instead: a service that its owner has parked below its
 * minimum is not started behind his back. Answers what is therefore left.
 */
export async function resumeScaling(
  aws: Aws,
  { resourceId, suspended, bounds }: Extract<Undo, { kind: "resume-scaling" }>,
): Promise<Leftover | undefined> {
  const found = await look(aws, resourceId);
  if (!found) return undefined;
  const { count } = found;
  const widened = bounds !== undefined && same(found.bounds, bounds.during);
  // Never suspended by us, or resumed already.
  if (!widened && isDeepStrictEqual(found.suspended, suspended)) return undefined;
  // Whoever set other bounds meanwhile meant them.
  const wanted = widened ? bounds.before : found.bounds;
  const kept = liesWithin(count, wanted) ? wanted : boundsAround(found.bounds, count);
  await aws.autoScaling.suspend(resourceId, suspended, same(kept, found.bounds) ? undefined : kept);
  if (same(kept, wanted)) return undefined;
  return {
    what: `The scaling of ${shortName(resourceId)} has bounds of ${inWords(kept)} instead of ${inWords(wanted)}: its count is ${count}, and its own bounds would have changed that at once`,
    fix: `Once it shall scale again: ${boundsCommand(resourceId, wanted)}. Outside of these bounds that starts or stops nodes`,
  };
}

/** What gives a scalable target its bounds back, for people. */
export const boundsCommand = (resourceId: string, { min, max }: Bounds): string =>
  `aws application-autoscaling register-scalable-target --service-namespace ecs --scalable-dimension ecs:service:DesiredCount --resource-id ${resourceId} --min-capacity ${min} --max-capacity ${max}`;

type Found = { bounds: Bounds; suspended: Suspended; count: number };

/** Undefined where either is gone: then nothing scales. */
async function look(aws: Aws, resourceId: string): Promise<Found | undefined> {
  const [, cluster = "", name = ""] = resourceId.split("/");
  const [[target], [service]] = await Promise.all([
    aws.autoScaling.scalableTargets([resourceId]),
    aws.ecs.services(cluster, [name]),
  ]);
  return target && service && { bounds: boundsOf(target), suspended: target.suspended, count: service.desiredCount };
}
