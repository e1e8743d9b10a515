import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ContainerRuntime, ContainerSpec } from "../../src/sandbox/substrate/containers.ts";
import { createRealContainers } from "../../src/sandbox/substrate/real/containers.ts";

let volumes: string;
let containers: ContainerRuntime;
beforeEach(async () => {
  volumes = await mkdtemp(join(tmpdir(), "volumes-"));
  containers = createRealContainers({ volumes });
});
afterEach(async () => {
  await containers.shutDown();
  await rm(volumes, { recursive: true });
});

const spec = (code: string, change: Partial<ContainerSpec> = {}): ContainerSpec => ({
  taskArn: "arn:aws:ecs:eu-central-1:111122223333:task/main/one",
  taskId: "one",
  name: "app",
  image: {
    reference: "app:1",
    digest: "sha256:1",
    program: { command: [process.execPath, "-e", code, "{mount.storage}"] },
  },
  environment: { UPLOADS: "/app/storage/uploads", OTHER: "/app/storages" },
  address: containers.allocateAddress("one"),
  containerPorts: [],
  mounts: [{ volume: "storage", containerPath: "/app/storage", source: "efs/fs-1" }],
  ...change,
});

test("tasks that mount one file system share its files, by placeholder and by the paths in their variables", async () => {
  const write = `require("node:fs").writeFileSync(process.argv[1] + "/note", process.env.UPLOADS + " " + process.env.OTHER)`;
  await (await containers.start(spec(write))).exited;
  const folder = join(volumes, "efs", "fs-1");
  expect(await readFile(join(folder, "note"), "utf8")).toBe(`${folder}/uploads /app/storages`);

  const read = `console.log(require("node:fs").readFileSync(process.argv[1] + "/note", "utf8"))`;
  const lines: string[] = [];
  const reader = await containers.start(spec(read, { onLine: (line) => lines.push(line) }));
  expect(await reader.exited).toEqual({ exitCode: 0 });
  await expect.poll(() => lines).toEqual([`${folder}/uploads /app/storages`]);
});

test("a mount does not start without a directory for volumes, nor outside of it", async () => {
  const outside = spec("", { mounts: [{ volume: "storage", containerPath: "/x", source: "../outside" }] });
  await expect(containers.start(outside)).rejects.toThrow("leaves its directory");
  const without = createRealContainers();
  await expect(without.start(spec(""))).rejects.toThrow("expected a directory for volumes");
  await without.shutDown();
});

test("a published port leads to the container's, at an address that several containers share", async () => {
  const address = containers.allocateAddress("instance", { keep: true });
  const serve = (name: string) =>
    spec(
      `require("node:http").createServer((_, reply) => reply.end("${name}")).listen(Number(process.env.PORT), "127.0.0.1", () => console.log("up"))`,
      {
        address,
        containerPorts: [8080],
        publishedPorts: [name === "one" ? 32_768 : 32_769],
        mounts: [],
      },
    );
  const started = await Promise.all([containers.start(serve("one")), containers.start(serve("two"))]);
  await expect.poll(() => started.map((container) => container.lines())).toEqual([["up"], ["up"]]);
  const answers = [32_768, 32_769].map(async (port) => (await fetch(`http://${address}:${port}`)).text());
  expect(await Promise.all(answers)).toEqual(["one", "two"]);
  expect(containers.allocateAddress("task")).not.toBe(address);
});
