import type { EcsService } from "../aws/ecs-shapes.ts";
import type { JournalEntry } from "../operations/journal.ts";
import type { Before } from "./before.ts";
import { asLeftover, type Leftover } from "./leftovers.ts";
import { isSuperseded, type PhaseRun } from "./operation-run.ts";
import { undoEach } from "./undo.ts";

/** What is not known: whether ECS ever calls a deployment of no nodes completed. Where it does, it does so at its scheduler's next look. */
const PARKED_FOR_MS = 60_000;
const TOO_EARLY = new Error("what could roll the deployment back stays off until it is completed");

type Finished = { before: Before; revisions: Record<string, string>; journal: JournalEntry[] };

/**
 * Puts the window's settings back, of each service whose deployment is completed. Restored too early the circuit breaker would roll back to the
 * last completed deployment: the old version, on migrated data.
 */
export async function restoreSettings(op: PhaseRun, { before, revisions, journal }: Finished): Promise<Leftover[]> {
  const open = await stillOpen(op, before, revisions);
  const early = journal.filter(
    ({ undo }) => undo.kind === "restore-service-settings" && open.some(({ service }) => service === undo.service),
  );
  const rest = journal.filter((entry) => !early.includes(entry));
  const left = await undoEach(op, rest, ["restore-service-settings"]);
  return [
    ...open
      .filter(
        ({ service, parked }) => !parked || early.some(({ undo }) => "service" in undo && undo.service === service),
      )
      .map(({ seen }) => ({
        what: `a deployment is not completed: ${seen}`,
        fix: "Watch the service's deployment in ECS",
      })),
    ...early.map((entry) => asLeftover(entry, TOO_EARLY)),
    ...left.map(({ leftover }) => leftover),
  ];
}

type Open = { service: string; parked: boolean; seen: string };

/** Waits until every deployment is completed, and answers those that are not by then. What cannot be looked at is none of the completed ones. */
async function stillOpen(op: PhaseRun, before: Before, revisions: Record<string, string>): Promise<Open[]> {
  const since = await op.step("deployments-since", async () => op.clock.now());
  const { scaleOut } = op.target.timeouts;
  const names = before.services.map(({ name }) => name);
  try {
    return await op.poll(
      "every deployment is completed",
      async () => {
        const services = await op.aws.ecs.services(before.cluster, names);
        const open = names.flatMap((name) => openOf(name, revisions[name], services));
        const waitedMs = op.clock.now() - since;
        const limitMs = open.every(({ parked }) => parked) ? Math.min(PARKED_FOR_MS, scaleOut) : scaleOut;
        return open.length === 0 || waitedMs >= limitMs
          ? { done: true, result: open }
          : { done: false, seen: open.map(({ seen }) => seen).join("; ") };
      },
      { timeoutMs: scaleOut + PARKED_FOR_MS },
    );
  } catch (error) {
    if (isSuperseded(error)) throw error;
    return names.map((service) => ({ service, parked: false, seen: `${service}: ${(error as Error).message}` }));
  }
}

function openOf(name: string, revision: string | undefined, services: EcsService[]): Open[] {
  const service = services.find((each) => each.name === name);
  if (!service) return [{ service: name, parked: false, seen: `${name} is gone` }];
  const { deployments, desiredCount } = service;
  const [only] = deployments;
  if (deployments.length === 1 && only?.rolloutState === "COMPLETED" && only.taskDefinitionArn === revision) return [];
  const states = deployments.map(({ rolloutState }) => rolloutState).join(", ");
  return [{ service: name, parked: desiredCount === 0, seen: `${name}: ${states}` }];
}
