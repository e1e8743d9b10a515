import { type EcsService, isEnding } from "../../aws/ecs-shapes.ts";
import type { ServiceShape } from "../discovery.ts";
import { shortName } from "../planned.ts";
import { type Check, fail, given, none, ok } from "./check.ts";

/** What runs now. */
export const nodeChecks: Check[] = [
  {
    name: "services-are-steady",
    onlyWarns: ["rollback"],
    looked: () => "deployments and counts of the services",
    expected: "one completed deployment each, running as many nodes as desired",
    find: ({ discovery }) =>
      given(discovery.services, (services) =>
        none(
          services.filter(isOperated).flatMap((service) => unrestOf(service)),
          String,
          [
            services.map(({ name, runningCount }) => `${name}: ${runningCount}`).join(", "),
            ...(discovery.shapes.ok ? ending(discovery.shapes.value) : []),
          ].join("; "),
          "Wait until the services are steady, or find out why they are not. A revision that cannot run is replaced by one that does first (aws ecs update-service --task-definition …): going back after a failure needs it",
        ),
      ),
  },
  {
    name: "leader-runs",
    of: ["upgrade", "maintenance"],
    looked: ({ target }) => `service ${target.services[0]?.name}`,
    expected: "at least one node of the version to upgrade from; a further service may be parked at 0, and stays there",
    find: ({ target, discovery }) =>
      given(discovery.services, (services) => {
        const leader = services.find(({ name }) => name === target.services[0]?.name);
        const parked = services.filter(({ desiredCount }) => desiredCount === 0).map(({ name }) => name);
        if (leader?.desiredCount === 0)
          return fail(
            `${leader.name} is at 0 nodes: nothing runs that could be upgraded, nor says that it is well`,
            `Start it on the version it has, and see that it serves: aws ecs update-service --cluster ${target.cluster} --service ${leader.name} --desired-count 1. An application that has never run needs a first start instead`,
          );
        return ok(parked.length ? `it does; parked: ${parked.join(", ")}` : "it does");
      }),
  },
  {
    name: "nodes-are-unprotected",
    looked: () => "task protection of the nodes",
    expected: "none: a protected node goes on running when its service is at 0, for up to 48 hours",
    find: ({ target, discovery }) =>
      given(discovery.protections, (protections) =>
        protections.length === 0
          ? ok("none is protected")
          : fail(
              protections
                .map(
                  ({ taskArn, until }) =>
                    `${shortName(taskArn)} is protected ${until ? `until ${until}` : "without an end"}`,
                )
                .join("; "),
              `The application protects what must not be interrupted: wait until it is done. Or lift it: aws ecs update-task-protection --cluster ${target.cluster} --no-protection-enabled --tasks ${protections.map(({ taskArn }) => shortName(taskArn)).join(" ")}`,
            ),
      ),
  },
];

/** Others have no deployments that ECS describes, and are refused as such. */
const isOperated = ({ controller, schedulingStrategy }: EcsService): boolean =>
  controller === "ECS" && schedulingStrategy === "REPLICA";

/** No unrest, but a window that began now would wait for what ends as slowly as its target group told it when it began to. */
const ending = (shapes: ServiceShape[]): string[] =>
  shapes.flatMap(({ service, tasks }) => {
    const { length } = tasks.filter(isEnding);
    return length
      ? [`${length} more of ${service} still end${length === 1 ? "s" : ""}, and the site closes after that`]
      : [];
  });

function unrestOf({ name, deployments, desiredCount, runningCount, pendingCount, events }: EcsService): string[] {
  const primary = deployments.find(({ status }) => status === "PRIMARY");
  const lastly = events[0] ? `; its last event, of ${events[0].at}: ${events[0].message}` : "";
  const counts = `${runningCount} of ${desiredCount} nodes run${pendingCount ? `, ${pendingCount} are starting` : ""}`;
  const revision = shortName(primary?.taskDefinitionArn ?? "");
  if (primary?.rolloutState === "FAILED")
    return [
      `${name}: its last deployment, of ${revision}, failed at ${primary.updatedAt}: ${primary.rolloutStateReason ?? "no reason given"}; ${counts}${lastly}`,
    ];
  if (deployments.length !== 1 || primary?.rolloutState !== "COMPLETED")
    return [`${name}: a deployment of ${revision} is in progress since ${primary?.createdAt}; ${counts}${lastly}`];
  return runningCount === desiredCount && pendingCount === 0 ? [] : [`${name}: ${counts}${lastly}`];
}
