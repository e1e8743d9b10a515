import { stringify } from "yaml";
import { noticeboardCloud, OLD_IMAGE } from "../../test/simulation/noticeboard-cloud.ts";
import type { SimulatedCloud } from "../../test/simulation/simulated-cloud.ts";
import type { Profile } from "./profile.ts";

const GIBIBYTE = 2 ** 30;
export const ADMINISTRATION_PORT = 8_081;

/** The noticeboard as the profile has it, in a cloud of its own in virtual time. */
export async function cloudOfProfile(
  profile: Profile,
  { seedNumber }: { seedNumber?: number } = {},
): Promise<SimulatedCloud> {
  const { aws, application, worker, neighbour, target } = profile;
  const { healthCheckIntervalSeconds: _, deregistrationDelaySeconds: __, ...latencies } = aws;
  const { rulePropagationMinimumMs, rulePropagationMaximumMs, snapshotMs, snapshotPerChangedGibibyteMs, ...ecs } =
    latencies;
  const cloud = await noticeboardCloud({
    ...application,
    seedNumber,
    worker,
    neighbour,
    target,
    latencies: [
      `ecs: ${JSON.stringify(ecs)}`,
      `elb: ${JSON.stringify({ rulePropagationMinimumMs, rulePropagationMaximumMs })}`,
      `rds: ${JSON.stringify({ snapshotMs, snapshotPerChangedGibibyteMs })}`,
    ],
    seed: stringify(seedOf(profile)),
  });
  letDataChange(cloud, profile);
  return cloud;
}

/** Every service has a grace period, as a careful owner gives it: without one ECS ends a node in the middle of its migration. */
function seedOf({ nodes, administration, worker, aws }: Profile) {
  const group = {
    deregistrationDelaySeconds: aws.deregistrationDelaySeconds,
    healthCheck: { path: "/api/__health_check", intervalSeconds: aws.healthCheckIntervalSeconds },
  };
  const behind = (name: string) => ({
    cluster: "noticeboard",
    taskDefinition: name,
    healthCheckGracePeriodSeconds: 3_600,
    loadBalancers: [{ targetGroup: name, container: "app", port: 3000 }],
  });
  const administrative = "noticeboard-administration";
  const container = {
    name: "app",
    image: OLD_IMAGE,
    port: 3000,
    environment: { DATABASE_URL: "{database.noticeboard-db.url}" },
  };
  return {
    loadBalancers: {
      noticeboard: { targetGroups: { noticeboard: group } },
      ...(administration && {
        [administrative]: {
          targetGroups: { [administrative]: { port: 3000, ...group } },
          listeners: [{ port: ADMINISTRATION_PORT, default: { targetGroup: administrative } }],
        },
      }),
    },
    ...(administration && { taskDefinitions: { [administrative]: { containers: [container] } } }),
    services: {
      noticeboard: { desiredCount: nodes, healthCheckGracePeriodSeconds: 3_600 },
      ...(administration && { [administrative]: { ...behind(administrative), desiredCount: 2 } }),
    },
    scalableTargets: [{ service: "noticeboard", min: Math.min(2, nodes), max: 2 * nodes }],
    ...(administration && {
      intermission: {
        targets: {
          noticeboard: {
            services: ["noticeboard", ...(worker ? ["noticeboard-worker"] : []), administrative].map((name) => ({
              name,
              container: "app",
            })),
          },
        },
      },
    }),
  };
}

/** A simulated database holds kilobytes: what a snapshot finds changed is what the profile says, since the one before. */
function letDataChange({ databases }: SimulatedCloud, { database }: Profile): void {
  const { snapshot } = databases;
  let taken = 0;
  databases.snapshot = async (id, snapshotId) => {
    const { sizeBytes } = await snapshot(id, snapshotId);
    taken += 1;
    const gibibytes = taken === 1 ? database.changedGibibytes : database.changedMeanwhileGibibytes;
    return { sizeBytes, changedBytes: gibibytes * GIBIBYTE };
  };
}
