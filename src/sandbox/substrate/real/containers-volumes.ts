import { mkdir } from "node:fs/promises";
import { join, normalize } from "node:path";
import type { Mount } from "../containers.ts";

/** A mount and the folder that stands for it on this machine. */
export type MountedFolder = Mount & { folder: string };

/** Makes the folders that a container's mounts stand for. Rejects where there is no place for them, or a source would leave it. */
export async function mountFolders(mounts: Mount[], directory: string | undefined): Promise<MountedFolder[]> {
  if (mounts.length && directory === undefined) throw new Error("expected a directory for volumes, found none");
  return Promise.all(
    mounts.map(async (mount) => {
      if (normalize(mount.source).startsWith("..")) throw new Error(`volume ${mount.volume} leaves its directory`);
      const folder = join(directory!, mount.source);
      await mkdir(folder, { recursive: true });
      return { ...mount, folder };
    }),
  );
}

/**
 * A process has no file system of its own, so a path in a mount cannot mean what it means in a container. `{mount.VOLUME}` stands for the folder; and a
 * variable that names a mount's path, or one below it, gets the folder's in its place.
 */
export const fillMounts = (text: string, folders: MountedFolder[]): string =>
  folders.reduce((filled, { volume, folder }) => filled.replaceAll(`{mount.${volume}}`, folder), text);

export function placePath(value: string, folders: MountedFolder[]): string {
  const mount = folders.find(({ containerPath }) => value === containerPath || value.startsWith(`${containerPath}/`));
  return mount ? mount.folder + value.slice(mount.containerPath.length) : value;
}
