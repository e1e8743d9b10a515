import { approversInWords } from "../operations/approvers.ts";
import { roundedTime } from "../operations/forecast.ts";
import type { CheckResult, OperationRequest } from "../operations/operation.ts";
import type { Examination, Plan, Planner } from "../operations/plan.ts";
import { withEta } from "../targets/page.ts";
import type { Target } from "../targets/schema.ts";
import { beforeOf } from "./before.ts";
import { runChecks } from "./checks.ts";
import { discover } from "./discovery.ts";
import { irreversibleIn } from "./irreversible.ts";
import { liveState } from "./live-state.ts";
import type { World } from "./operation-run.ts";
import { mutationsOf } from "./planned-mutations.ts";
import { reach } from "./reachability.ts";
import { waitsOf } from "./waits.ts";

/** What an operation would look at and do, by the very functions that the run uses. Touches nothing. */
export function createPlanner(world: Pick<World, "aws" | "http" | "resolveName" | "store" | "clock">): Planner {
  const lookAt = async (target: Target, request: OperationRequest) => {
    const discovery = await discover({ ...world, target, request });
    const reachability = await reach(world, { target, discovery, operationId: UNNAMED });
    return { discovery, input: { target, request, discovery, reachability, operationId: UNNAMED } };
  };
  return {
    describe: (target) => liveState(world, target),
    runningImage: (target) => runningImage(world, target),

    async plan(target, request): Promise<Plan> {
      const { discovery, input } = await lookAt(target, request);
      const { forecast } = discovery;
      const checks = runChecks(input);
      const ok = isOk(checks);
      const approvers = approversInWords(target.approval.approvers);
      const found = { target: target.name, request, checks, ok, forecast, ...(approvers && { approvers }) };
      if (!ok) return { ...found, mutations: [], waits: [], irreversible: [] };
      const eta = roundedTime(Date.parse(forecast.opensAt));
      const before = beforeOf(discovery, target, input.reachability);
      return {
        ...found,
        mutations: mutationsOf({ target: withEta(target, eta), request, before, operationId: UNNAMED }),
        waits: waitsOf(target, request, { operationId: UNNAMED, before }),
        irreversible: irreversibleIn(target, request),
        page: withEta(target, eta).page.message,
      };
    },

    async examine(target, { image }): Promise<Examination> {
      const request = {
        procedure: "upgrade" as const,
        image: image ?? (await runningImage(world, target)) ?? "",
        snapshot: "required" as const,
      };
      const { discovery, input } = await lookAt(target, request);
      const checks = runChecks(input, image === undefined ? { of: ({ ofImage }) => !ofImage } : {});
      return { checks, ok: isOk(checks), forecast: discovery.forecast };
    },
  };
}

const isOk = (checks: CheckResult[]): boolean => checks.every(({ outcome }) => outcome !== "failed");

async function runningImage(
  { aws }: Pick<World, "aws">,
  { cluster, services: [leader] }: Target,
): Promise<string | undefined> {
  const [service] = await aws.ecs.services(cluster, [leader!.name]).catch(() => []);
  const found = service && (await aws.ecs.taskDefinition(service.taskDefinitionArn).catch(() => undefined));
  return found?.definition.containerDefinitions?.find(({ name }) => name === leader!.container)?.image;
}

/** Stands for the operation's id, which a plan does not have yet; as long as a real one. */
const UNNAMED = "op-00000000-000000-000000";
