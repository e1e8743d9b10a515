import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differences } from "../../scripts/build-action.ts";
import { buildClient } from "../../scripts/build-client.ts";
import { createWorld, iam, token } from "../api/world.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const tsc = join(root, "node_modules/.bin/tsc");

/** Somebody's project, with the client among its packages. */
let project: string;
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "intermission-project-"));
  await mkdir(join(project, "node_modules/@actions"), { recursive: true });
  await symlink(root, join(project, "node_modules/intermission"));
  await symlink(join(root, "node_modules/@actions/core"), join(project, "node_modules/@actions/core"));
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module" }));
  const compilerOptions = {
    ...{ target: "es2024", module: "nodenext", strict: true, noEmit: true, skipLibCheck: true, types: ["node"] },
    typeRoots: [join(root, "node_modules/@types")],
  };
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
});
afterAll(() => rm(project, { recursive: true, force: true }));

/** What the compiler says of a script of theirs; nothing where it is right. */
async function compile(name: string, text: string): Promise<string[]> {
  await rm(join(project, "src"), { recursive: true, force: true });
  await mkdir(join(project, "src"));
  await writeFile(join(project, "src", name), text);
  const { stdout } = await run(tsc, ["-p", project, "--listFiles"]).catch((error: { stdout: string }) => error);
  const files = stdout.split("\n").filter((line) => line.startsWith("/"));
  expect(files.filter((file) => file.startsWith(join(root, "src/")))).toEqual([]);
  return stdout.split("\n").filter((line) => line.includes("error TS"));
}

const snippets = async () =>
  [...(await readFile(join(root, "docs/client.md"), "utf8")).matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    ([, code]) => code!,
  );

test("client/ is what its sources give; if not, run: node scripts/build.ts --only client", async () => {
  const built = join(project, "built");
  await buildClient({ root, outDir: built });
  expect(await differences(built, join(root, "client"))).toEqual([]);
});

describe("a script of somebody else's", () => {
  test("is told by the compiler what the API does not have, and compiles none of our sources", async () => {
    const begin = `import { createClient } from "intermission/client";
const client = createClient({ url: "https://api.example.com", authenticate: async (request) => request });
const operation = await (await client.v1.operations[":id"].receipt.$get({ param: { id: "op" } })).json();`;
    expect(await compile("right.ts", `${begin}\nconsole.log(operation.outcome);`)).toEqual([]);
    const wrong = `${begin}
operation.outcom;
client.v1.operation;
client.v1.targets[":target"].plan.$post({ param: { target: "crm" }, json: { procedure: "upgrad" } });`;
    const errors = await compile("wrong.ts", wrong);
    expect(errors.map((line) => line.replace(/^.*\((\d+),.*$/, "$1"))).toEqual(["4", "5", "6"]);
  });

  test("does what docs/client.md shows, with either way in", async () => {
    const world = await createWorld();
    const signatures: string[] = [];
    const answer = async (request: IncomingMessage, env: object): Promise<Response> => {
      if (request.url?.startsWith("/token")) return Response.json({ value: await token() });
      const { authorization = "", "x-amz-date": date } = request.headers;
      if (date) signatures.push(authorization);
      const body = request.method === "POST" ? Buffer.concat(await request.toArray()) : undefined;
      const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
      const init = { method: request.method, headers, body };
      const answered = await world.app.request(`http://api${request.url}`, init, env);
      if (request.method === "POST" && answered.status === 202) {
        const { id } = (await answered.clone().json()) as { id: string };
        await world.store.append(id, [{ type: "finished", key: "end", status: "refused" }]);
      }
      return answered;
    };
    const serve = async (env: object): Promise<{ url: string; server: Server }> => {
      const server = createServer((request, response) => {
        void answer(request, env).then(async (from) =>
          response.writeHead(from.status, Object.fromEntries(from.headers)).end(await from.text()),
        );
      });
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
    };
    const [github, operator] = [await serve({}), await serve(iam())];
    try {
      const env = {
        PATH: process.env.PATH,
        INTERMISSION_GITHUB_URL: github.url,
        INTERMISSION_OPERATOR_URL: operator.url,
        ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token?`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "the-runner-s",
        GITHUB_RUN_ID: "77",
        GITHUB_RUN_ATTEMPT: "1",
        ...{ AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" },
      };
      const printed: string[] = [];
      for (const [index, code] of (await snippets()).entries()) {
        expect(await compile(`${index}.ts`, code)).toEqual([]);
        const { stdout } = await run("node", [join(project, "src", `${index}.ts`)], { env });
        printed.push(stdout.replace(/^::.*\n/gm, ""));
      }
      expect(printed[0]).toMatch(/^refused/);
      expect(printed[1]).toMatch(/^crm (free|op-\S+)\nwiki free\n$/);
      expect(signatures.length).toBeGreaterThan(0);
      expect(signatures[0]).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/execute-api\//);
    } finally {
      github.server.close();
      operator.server.close();
    }
  });
});
