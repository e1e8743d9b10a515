import type { RegisteredImage } from "../cloud/seams.ts";

/** Runs containers: as child processes (`real/`), or as objects on a virtual clock (`simulated/`). */
export type ContainerRuntime = {
  /** Resolves when the container's process runs; rejects with an error whose message ECS shows as the stopped reason. */
  start(spec: ContainerSpec): Promise<RunningContainer>;
  /** An address of its own for a task's network interface; with `keep` nobody else gets it as long as the runtime lasts. */
  allocateAddress(taskId: string, options?: { keep: boolean }): string;
  /** Ends every container and gives every address back. */
  shutDown(): Promise<void>;
};

export type ContainerSpec = {
  taskArn: string;
  taskId: string;
  name: string;
  image: RegisteredImage;
  /** Replaces the image's own command where the task definition or an override gives one. */
  command?: string[];
  environment: Record<string, string>;
  /** The task's own address; requests to `address:containerPort` reach the process, wherever it really listens. */
  address: string;
  containerPorts: number[];
  /** The ports at that address which lead to the container's, in the same order; the container's own where the address is the task's alone. */
  publishedPorts?: number[];
  mounts?: Mount[];
  /** Told of each line that it writes, as it writes it. */
  onLine?: (line: string) => void;
};

/** Whoever mounts the same `source` finds the same files. It is a relative path: `efs/…`, `instances/…` or `tasks/…`. */
export type Mount = { volume: string; containerPath: string; source: string };

export type RunningContainer = {
  /** Never rejects. A process killed by a signal has the exit code 128 + signal, as containers do. */
  readonly exited: Promise<{ exitCode: number }>;
  signal(signal: "SIGTERM" | "SIGKILL"): void;
  /** Runs a health check command (`CMD`, `CMD-SHELL`) in the container's environment. */
  check(command: string[], timeoutMs: number): Promise<boolean>;
  /** The last lines it wrote, oldest first. */
  lines(): string[];
};
