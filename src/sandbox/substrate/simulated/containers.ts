import type { Clock } from "../../../clock.ts";
import type { ContainerRuntime, ContainerSpec, RunningContainer } from "../containers.ts";
import type { SimulatedHosts } from "./hosts.ts";

/** What an image does, as code. It is called when a container of it boots, and listens by `hosts.listen(host, port, server)`. */
export type SimulatedProgram = (context: SimulatedContext) => SimulatedProcess;

export type SimulatedContext = {
  taskArn: string;
  container: string;
  command: string[];
  environment: Record<string, string>;
  /** The task's address, and the first port there that leads to the container: 80 where the definition maps none. */
  host: string;
  port: number;
  clock: Clock;
  hosts: SimulatedHosts;
  /** A volume's files by name, shared with whoever mounts the same one. Throws where the container mounts none of that name. */
  files(volume: string): Map<string, string>;
  /** Ends the process; what it listened on is closed. */
  exit: (code: number) => void;
  log: (line: string) => void;
};

export type SimulatedProcess = {
  /** SIGTERM; a program ends by calling `exit`. SIGKILL ends it without being asked. */
  signal(signal: "SIGTERM" | "SIGKILL"): void;
  /** Answers a health check command. Without it no command can be run in the image, so every check fails. */
  check?(command: string[]): boolean | Promise<boolean>;
};

const KEPT_LINES = 200;
const SIGNAL_NUMBERS = { SIGTERM: 15, SIGKILL: 9 };

export type SimulatedContainers = ContainerRuntime & {
  /** Ends a task's containers as if their programs had ended with that code. False where none runs. */
  end(taskArn: string, exitCode: number): boolean;
};

/** Containers as objects on a clock. `programs` maps an image's reference or digest to what it does. */
export function createSimulatedContainers(options: {
  clock: Clock;
  hosts: SimulatedHosts;
  programs: ReadonlyMap<string, SimulatedProgram>;
}): SimulatedContainers {
  const running = new Set<Booted>();
  const volumes = new Map<string, Map<string, string>>();
  let addresses = 0;

  return {
    async start(spec) {
      const { digest, reference } = spec.image;
      const program = options.programs.get(digest) ?? options.programs.get(reference);
      if (!program) throw new Error(`expected a simulated program for ${reference} (${digest}), found none`);
      const container = boot(spec, program, { ...options, volumes });
      running.add(container);
      void container.exited.then(() => running.delete(container));
      return container;
    },
    allocateAddress() {
      addresses += 1;
      return `10.0.${Math.floor(addresses / 250)}.${(addresses % 250) + 4}`;
    },
    end(taskArn, exitCode) {
      const ended = [...running].filter((container) => container.taskArn === taskArn);
      for (const { exit, signal } of ended) {
        exit(exitCode);
        signal("SIGKILL"); // the program is told last: what it says to this is not heard any more
      }
      return ended.length > 0;
    },
    async shutDown() {
      for (const container of running) container.signal("SIGKILL");
      await Promise.all([...running].map(({ exited }) => exited));
    },
  };
}

type Booted = RunningContainer & { taskArn: string; exit(code: number): void };

function boot(
  spec: ContainerSpec,
  program: SimulatedProgram,
  { clock, hosts, volumes }: { clock: Clock; hosts: SimulatedHosts; volumes: Map<string, Map<string, string>> },
): Booted {
  const { promise: exited, resolve } = Promise.withResolvers<{ exitCode: number }>();
  const lines: string[] = [];
  const listening: (() => void)[] = [];
  let process: SimulatedProcess | undefined;
  let over = false;

  const log = (line: string) => {
    lines.push(line);
    spec.onLine?.(line);
    if (lines.length > KEPT_LINES) lines.shift();
  };
  const exit = (exitCode: number) => {
    if (over) return;
    over = true;
    for (const close of listening) close();
    resolve({ exitCode });
  };
  const context: SimulatedContext = {
    taskArn: spec.taskArn,
    container: spec.name,
    command: spec.command ?? spec.image.program.command,
    environment: { ...spec.image.program.environment, ...spec.environment },
    host: spec.address,
    port: (spec.publishedPorts ?? spec.containerPorts)[0] ?? 80,
    clock,
    hosts: {
      ...hosts,
      listen(host, port, server) {
        if (over) throw new Error(`${spec.name} has ended and cannot listen on ${host}:${port}`);
        const close = hosts.listen(host, port, server);
        listening.push(close);
        return close;
      },
    },
    files(volume) {
      const mount = spec.mounts?.find((one) => one.volume === volume);
      if (!mount) throw new Error(`${spec.name} mounts no volume ${volume}`);
      const files = volumes.get(mount.source) ?? new Map<string, string>();
      volumes.set(mount.source, files);
      return files;
    },
    exit,
    log,
  };
  // A process boots after its start has been answered, so that nothing it does comes before the record of its start.
  void clock.sleep(0).then(() => {
    if (over) return;
    try {
      process = program(context);
    } catch (error) {
      log(String(error));
      exit(1);
    }
  });

  return {
    taskArn: spec.taskArn,
    exit,
    exited,
    signal(signal) {
      process?.signal(signal);
      if (signal === "SIGKILL" || !process) exit(128 + SIGNAL_NUMBERS[signal]);
    },
    async check(command, timeoutMs) {
      if (over || !process?.check) return false;
      return Promise.race([process.check(command), clock.sleep(timeoutMs).then(() => false)]);
    },
    lines: () => [...lines],
  };
}
