import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ContainerRuntime, ContainerSpec } from "../../src/sandbox/substrate/containers.ts";
import { createRealContainers } from "../../src/sandbox/substrate/real/containers.ts";

const SERVER = `
  const server = require("node:http").createServer((request, reply) => {
    if (request.url === "/environment") return reply.end(JSON.stringify({ ...process.env, argv: process.argv.slice(1) }));
    reply.end("served by " + process.argv[1]);
  });
  server.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("listening"));
  process.on("SIGTERM", () => { console.log("stopping"); server.close(() => process.exit(0)); server.closeAllConnections(); });
`;
const FAMILY = `
  const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  console.log("child " + child.pid);
  process.on("SIGTERM", () => process.exit(5));
  setInterval(() => {}, 1000);
`;

const RUNTIME = fileURLToPath(new URL("../../src/sandbox/substrate/real/containers.ts", import.meta.url));

let containers: ContainerRuntime;
let tasks = 0;
beforeEach(() => {
  containers = createRealContainers();
});
afterEach(() => containers.shutDown());

function spec(code: string, change: Partial<ContainerSpec> = {}): ContainerSpec {
  tasks += 1;
  const taskId = `task-${tasks}`;
  return {
    taskArn: `arn:aws:ecs:eu-central-1:111122223333:task/main/${taskId}`,
    taskId,
    name: "app",
    image: {
      reference: "app:1",
      digest: "sha256:0",
      program: {
        command: [process.execPath, "-e", code, "{task}"],
        environment: { FROM_IMAGE: "image", MODE: "image", APP_PORT: "{port}", APP_HOST: "{host}" },
      },
    },
    environment: { MODE: "definition", APP_PORT: "8080", NAME: "node-{task}" },
    address: containers.allocateAddress(taskId),
    containerPorts: [8080],
    ...change,
  };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
const started = async (one: ContainerSpec, line = "listening") => {
  const container = await containers.start(one);
  await until(() => container.lines().some((text) => text.startsWith(line)));
  return container;
};
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test("two tasks of one image answer on the same container port, each at its own address", async () => {
  const [one, two] = [spec(SERVER), spec(SERVER)];
  await Promise.all([started(one), started(two)]);
  const answers = await Promise.all(
    [one, two].map(async ({ address }) => (await fetch(`http://${address}:8080/`)).text()),
  );
  expect(answers).toEqual([`served by ${one.taskId}`, `served by ${two.taskId}`]);
  expect(one.address).toMatch(/^127\./);
});

test("a container has its image's variables under its definition's, with placeholders replaced, and none of the machine's", async () => {
  process.env.SECRET_OF_THE_MACHINE = "yes";
  const one = spec(SERVER);
  await started(one);
  delete process.env.SECRET_OF_THE_MACHINE;
  const environment = (await (await fetch(`http://${one.address}:8080/environment`)).json()) as Record<string, string>;
  expect(environment).toMatchObject({ FROM_IMAGE: "image", MODE: "definition", NAME: `node-${one.taskId}` });
  expect(environment).toMatchObject({ APP_HOST: "127.0.0.1", APP_PORT: environment.PORT });
  expect(environment.SECRET_OF_THE_MACHINE).toBeUndefined();
});

test("addresses come round again, but for those in use", async () => {
  const running = spec(SERVER);
  await started(running);
  const others = Array.from({ length: 253 }, (_, task) => containers.allocateAddress(`other-${task}`));
  expect(others).not.toContain(running.address);
  expect(containers.allocateAddress("next")).toBe(others[0]);
});

test("two processes run tasks on the same container port beside each other", async () => {
  const script = `
    import { createRealContainers } from ${JSON.stringify(RUNTIME)};
    console.log(createRealContainers().allocateAddress("task"));`;
  const other = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [address] = (await once(createInterface({ input: other.stdout }), "line")) as [string];
  expect(address).not.toBe(createRealContainers().allocateAddress("task"));
});

test("SIGTERM lets it end by itself, with its own exit code", async () => {
  const container = await started(spec(SERVER));
  container.signal("SIGTERM");
  expect(await container.exited).toEqual({ exitCode: 0 });
  expect(container.lines()).toContain("stopping");
});

test("SIGKILL ends it with 137", async () => {
  const container = await started(spec(SERVER));
  container.signal("SIGKILL");
  expect(await container.exited).toEqual({ exitCode: 137 });
});

test("what a container started ends with it", async () => {
  const container = await started(spec(FAMILY), "child ");
  const pid = Number(container.lines()[0]!.split(" ")[1]);
  expect(alive(pid)).toBe(true);
  container.signal("SIGTERM");
  await container.exited;
  await until(() => !alive(pid));
});

test("its address refuses connections once it ended", async () => {
  const one = spec(SERVER);
  const container = await started(one);
  container.signal("SIGKILL");
  await container.exited;
  const failure = await fetch(`http://${one.address}:8080/`).catch((error: Error) => error.cause);
  expect(failure).toMatchObject({ code: "ECONNREFUSED" });
});

test("says so when the container port is taken on the task's address", async () => {
  const one = spec(SERVER);
  const squatter = createServer().listen(8080, one.address);
  await once(squatter, "listening");
  await expect(containers.start(one)).rejects.toThrow(`port 8080 of the task's address ${one.address} is taken`);
  squatter.close();
});

test("says so when the command or the working directory does not exist", async () => {
  await expect(containers.start(spec("", { command: ["/no/such/program"] }))).rejects.toThrow(
    "cannot run /no/such/program",
  );
  const one = spec(SERVER);
  one.image = { ...one.image, program: { ...one.image.program, workingDirectory: "/no/such/place" } };
  await expect(containers.start(one)).rejects.toThrow("expected a working directory at /no/such/place");
});

test("health check commands run in the container's environment and reach it at localhost and its container port", async () => {
  const one = spec(SERVER);
  const container = await started(one);
  const ask = `fetch("http://localhost:8080/").then((reply) => process.exit(reply.ok && process.env.MODE === "definition" ? 0 : 1), () => process.exit(1))`;
  expect(await container.check(["CMD", process.execPath, "-e", ask], 10_000)).toBe(true);
  expect(await container.check(["CMD-SHELL", "exit 1"], 10_000)).toBe(false);
  expect(await container.check(["CMD", "/no/such/program"], 10_000)).toBe(false);
  expect(await container.check(["CMD-SHELL", "sleep 60"], 100)).toBe(false);
});

test("no container outlives a sandbox that is killed", async () => {
  const sandbox = spawn(process.execPath, [fileURLToPath(new URL("./containers-sandbox.ts", import.meta.url))], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: sandbox.stdout }), "line")) as [string];
  const pid = Number(line);
  expect(alive(pid)).toBe(true);
  sandbox.kill("SIGKILL");
  await until(() => !alive(pid));
});
