import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { ContainerRuntime, ContainerSpec, RunningContainer } from "../containers.ts";
import { forwardPort, freePort } from "./containers-forwarder.ts";
import { startProcess } from "./containers-process.ts";

/**
 * Containers as child processes of this one. Each listens on a port of its own on 127.0.0.1 (`{port}`, `PORT`), and is reached at its task's
 * address 127.16.x.y and its container ports. None outlives this process, however that ends (containers-reaper.ts).
 */
export function createRealContainers(): ContainerRuntime {
  const running = new Set<RunningContainer>();
  const ports = new Set<number>();
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
      for (const containerPort of spec.containerPorts)
        forwarders.push(await forwardPort({ address: spec.address, port: containerPort }, port));
      const container = await startProcess(spec, port);
      tellReaper(`+${container.pid}`);
      running.add(container);
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
    allocateAddress() {
      addresses += 1;
      if (addresses > 255 * 254) throw new Error("expected a free address in 127.16.0.0/16, found none");
      return `127.16.${Math.floor((addresses - 1) / 254)}.${((addresses - 1) % 254) + 1}`;
    },
    async shutDown() {
      closed = true;
      const ending = [...running];
      for (const container of ending) container.signal("SIGKILL");
      await Promise.all(ending.map(({ exited }) => exited));
      if (!reaper || reaper.exitCode !== null) return;
      const gone = once(reaper, "exit");
      reaper.stdin?.end();
      await gone;
    },
  };
}
