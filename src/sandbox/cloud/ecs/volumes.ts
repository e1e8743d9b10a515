import type * as ecs from "@aws-sdk/client-ecs";
import type { Mount } from "../../substrate/containers.ts";
import { clientError } from "./checks.ts";
import type { Task, TaskContainer } from "./task.ts";

/** Throws ClientException where a mount point names no volume, or a volume no file system. */
export function checkVolumes({ volumes = [], containerDefinitions = [] }: ecs.RegisterTaskDefinitionRequest): void {
  for (const { name = "", efsVolumeConfiguration: efs } of volumes) {
    if (!/^[a-zA-Z0-9_-]{1,255}$/.test(name)) throw clientError(`Invalid volume name '${name}'.`);
    if (!efs) continue;
    if (!/^fs-[0-9a-f]+$/.test(efs.fileSystemId ?? ""))
      throw clientError(`The EFS file system id '${efs.fileSystemId}' of volume '${name}' is not valid.`);
    if (efs.authorizationConfig?.accessPointId && efs.rootDirectory && efs.rootDirectory !== "/")
      throw clientError("If an access point is used, the root directory must be omitted or set to '/'.");
  }
  for (const { name: container, mountPoints = [] } of containerDefinitions) {
    for (const { sourceVolume, containerPath } of mountPoints) {
      if (!volumes.some(({ name }) => name === sourceVolume))
        throw clientError(`Unknown volume '${sourceVolume}' in the mount points of container '${container}'.`);
      if (!containerPath?.startsWith("/")) throw clientError(`Invalid container path '${containerPath}'.`);
    }
  }
}

/** What a container finds at its mount points: a file system that outlives every task, its instance's disk, or a folder of its task. */
export const mountsOf = (task: Task, { definition }: TaskContainer): Mount[] =>
  (definition.mountPoints ?? []).map(({ sourceVolume = "", containerPath = "" }) => ({
    volume: sourceVolume,
    containerPath,
    source: sourceOf(task, task.definition.volumes!.find(({ name }) => name === sourceVolume)!),
  }));

function sourceOf(
  task: Task,
  { name, efsVolumeConfiguration: efs, host, dockerVolumeConfiguration }: ecs.Volume,
): string {
  if (efs) {
    const accessPoint = efs.authorizationConfig?.accessPointId;
    return [`efs/${efs.fileSystemId}`, accessPoint ?? efs.rootDirectory?.replace(/^\/+|\/+$/g, "")]
      .filter(Boolean)
      .join("/");
  }
  if (host?.sourcePath && task.instance) return `instances/${task.instance.id}${host.sourcePath}`;
  if (dockerVolumeConfiguration?.scope === "shared" && task.instance)
    return `instances/${task.instance.id}/volumes/${name}`;
  return `tasks/${task.id}/${name}`;
}
