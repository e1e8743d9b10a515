import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { type Check, fail, given, ok, warn } from "./check.ts";

const MEANINGS = {
  unaffected: "an upgrade changes no file that the old version needs",
  "app-restores": "the application puts its files back by itself",
  mine: "you have backed them up, and put them back after a restore of the database",
} as const;

/** Files that nodes keep outside the database, which no snapshot of it holds. */
export const storageChecks: Check[] = [
  {
    name: "storage-is-decided",
    looked: () => "volumes that containers of the services mount",
    expected:
      "none that nodes share, or `storage` in the configuration, which says what going back means for their files",
    find: ({ target, discovery }) =>
      given(discovery.shapes, (shapes) => {
        const volumes = shapes.flatMap(({ service, definition }) =>
          mounted(definition).map((volume) => ({ service, ...volume })),
        );
        const words = (some: typeof volumes) =>
          [...new Set(some.map(({ service, what }) => `${service}: ${what}`))].join("; ");
        const atLaunch = volumes.filter(
          ({ kind, service }) => kind === "at-launch" && service === target.services[0]?.name,
        );
        if (atLaunch.length && target.leader !== "service")
          return fail(
            words(atLaunch),
            "The leader is a standalone task, which is given no volume of the service: say `leader: service`, or keep these files on EFS",
          );
        const shared = volumes.filter(({ kind }) => kind === "shared");
        const onHosts = volumes.filter(({ kind }) => kind === "host");
        if (shared.length && !target.storage)
          return fail(
            words(shared),
            "Say `storage: unaffected` (an upgrade changes no file that the old version needs), `app-restores` (the application puts its files back by itself) or `mine` (you back them up before each upgrade)",
          );
        if (onHosts.length)
          return warn(
            words(volumes.filter(({ kind }) => kind === "host" || kind === "shared")),
            "What is kept on an instance is there for the nodes on that instance only, and a new version may start on another: keep nothing there that must last",
          );
        if (!shared.length) return ok("nothing is shared");
        const found = `${words(shared)}; storage: ${target.storage}, ${MEANINGS[target.storage!]}`;
        return target.storage === "mine"
          ? warn(
              found,
              "Back the files up now (AWS Backup), and once more when the last node has ended where that matters",
            )
          : ok(found);
      }),
  },
];

export type Volume = { kind: "shared" | "host" | "at-launch" | "own"; what: string };

/** What containers of a task definition mount, and who else sees the files. */
export function mounted({ volumes = [], containerDefinitions = [] }: TaskDefinition): Volume[] {
  const used = new Set(
    containerDefinitions.flatMap(({ mountPoints = [] }) =>
      mountPoints.flatMap(({ sourceVolume }) => sourceVolume ?? []),
    ),
  );
  return volumes
    .filter(({ name = "" }) => used.has(name))
    .map(
      ({
        name,
        efsVolumeConfiguration: efs,
        fsxWindowsFileServerVolumeConfiguration: fsx,
        dockerVolumeConfiguration: docker,
        host,
        ...others
      }) => {
        if (efs)
          return {
            kind: "shared",
            what: `${name} on EFS ${efs.fileSystemId}${efs.rootDirectory && efs.rootDirectory !== "/" ? ` ${efs.rootDirectory}` : ""}`,
          };
        if (fsx) return { kind: "shared", what: `${name} on FSx ${fsx.fileSystemId}` };
        if (others.s3filesVolumeConfiguration) return { kind: "shared", what: `${name} on S3 Files` };
        if (others.configuredAtLaunch)
          return { kind: "at-launch", what: `${name} on EBS, made for each node as it starts` };
        if (docker?.scope === "shared") return { kind: "host", what: `${name}, a Docker volume of each instance` };
        if (host?.sourcePath) return { kind: "host", what: `${name}, ${host.sourcePath} of each instance` };
        return { kind: "own", what: `${name}, each node's own` };
      },
    );
}
