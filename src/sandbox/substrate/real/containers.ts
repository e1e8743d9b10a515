import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { ContainerRuntime, ContainerSpec, RunningContainer } from "../containers.ts";
import { forwardPort, freePort } from "./containers-forwarder.ts";
import { startProcess } from "./containers-process.ts";
import { mountFolders } from "./containers-volumes.ts";

/** Every process has a subnet of its own, so that sandboxes run beside each other: their tasks listen on the same ports. */
const SUBNET = `127.${64 + ((process.pid >> 8) & 127)}.${process.pid & 255}`;
const HOSTS = 254;

/**
 * Containers as child processes of this one. Each listens on a port of its own on 127.0.0.1 (`{port}`, `PORT`), and is reached at its task's
 * own loopback address and its container ports. Volumes are folders in the directory `volumes`. None outlives this process, however that ends (containers-reaper.ts).
 */
export function createRealContainers({ volumes }: { volumes?: string } = {}): ContainerRuntime {
  const running = new Map<RunningContainer, ContainerSpec>();
  const ports = new Set<number>();
  const kept = new Set<string>();
  let addresses = 0;
  let reaper: ChildProcess | undefined;
  let closed = false;

  function tellReaper(line: string): void {
    if (!reaper) {
      const script = fileURLToPath(new URL("./containers-reaper.ts", import.meta.url));
      reaper = spawn(process.execPath, [script], { detached: true, stdio: ["pipe", "ignore", "inherit"] });
      reaper.unref();
      (reaper.stdin as Writable & { unref?(): void }).unref?.();
    }
    reaper.stdin?.write(`${line}\n`);
  }

  async function run(spec: ContainerSpec, port: number): Promise<RunningContainer> {
    const forwarders: { close(): void }[] = [];
    const closeAll = () => {
      for (const forwarder of forwarders) forwarder.close();
      ports.delete(port);
    };
    try {
      for (const published of spec.publishedPorts ?? spec.containerPorts)
        forwarders.push(await forwardPort({ address: spec.address, port: published }, port));
      const container = await startProcess(spec, { port, folders: await mountFolders(spec.mounts ?? [], volumes) });
      tellReaper(`+${container.pid}`);
      running.set(container, spec);
      const exited = container.exited.then((exit) => {
        closeAll();
        running.delete(container);
        tellReaper(`-${container.pid}`);
        return exit;
      });
      return { ...container, exited };
    } catch (error) {
      closeAll();
      throw error;
    }
  }

  return {
    async start(spec) {
      if (closed) throw new Error("the container runtime is shut down");
      const container = await run(spec, await freePort(ports));
      if (closed) container.signal("SIGKILL");
      return container;
    },
    allocateAddress(_taskId, { keep } = { keep: false }) {
      const inUse = new Set([...kept, ...[...running.values()].map((spec) => spec.address)]);
      for (let attempt = 0; attempt < HOSTS; attempt += 1) {
        addresses += 1;
        const address = `${SUBNET}.${((addresses - 1) % HOSTS) + 1}`;
        if (inUse.has(address)) continue;
        if (keep) kept.add(address);
        return address;
      }
      throw new Error(`expected a free address in ${SUBNET}.0/24, found none`);
    },
    async shutDown() {
      closed = true;
      const ending = [...running.keys()];
      for (const container of ending) container.signal("SIGKILL");
      await Promise.all(ending.map(({ exited }) => exited));
      if (!reaper || reaper.exitCode !== null) return;
      const gone = once(reaper, "exit");
      reaper.stdin?.end();
      await gone;
    },
  };
}
