import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { createApp } from "../../src/api/app.ts";
import { createGithubVerifier } from "../../src/api/auth/github-token.ts";
import type { Dependencies, LogLine } from "../../src/api/dependencies.ts";
import { systemClock } from "../../src/clock.ts";
import { createDynamoStore } from "../../src/operations/dynamo-store.ts";
import type { Planner } from "../../src/operations/plan.ts";
import { executionName } from "../../src/operations/take-over.ts";
import { parseConfiguration } from "../../src/targets/configuration.ts";
import { sampleForecast } from "../operations/sample-forecast.ts";
import { createTable } from "../operations/table.ts";
import { crmText } from "../targets/crm.ts";

export const issuer = "https://token.actions.githubusercontent.com";
export const audience = "intermission";

const configuration = parseConfiguration(
  `${crmText(
    "restore: { fence: sg-fence }",
    `access:
      github:
        - { repository_id: "1", refs: ["refs/tags/v*"], environment: production, allow: [upgrade, decide] }
        - { repository_id: "2", allow: [plan] }
        - { repository_id: "3", allow: [read] }
        - { repository_id: "6", allow: [restore] }
      iam:
        - { role: "arn:aws:iam::111122223333:role/ops/operator", allow: ["*"] }
        - { role: "arn:aws:iam::111122223333:user/people/ann", allow: [read] }`,
  )}  wiki:
    app: nocobase
    url: https://wiki.example.com
    cluster: wiki
    services: [{ name: wiki, container: app }]
    database: none
    frozen: year-end closing
    access: { iam: [{ role: "arn:aws:iam::111122223333:role/operator", allow: ["*"] }] }
`,
  "intermission.yml",
);

const planner: Planner = {
  describe: async (target) => ({ services: [{ name: target.services[0]?.name, runningCount: 3 }] }),
  plan: async (target, request) => ({
    target: target.name,
    request,
    ok: true,
    checks: [
      { name: "image-exists", outcome: "passed", looked: "the registry", expected: "an image", found: "sha256:1234" },
    ],
    mutations: [
      {
        phase: "close",
        service: "elasticloadbalancing",
        operation: "CreateRule",
        resource: "the listener",
        parameters: { Priority: 1 },
        summary: "answer 503",
        inverse: "delete the rule",
      },
    ],
    waits: [{ phase: "close", until: "every address answers with the page", atMostSeconds: 60 }],
    forecast: sampleForecast,
    irreversible: ["From the start of the leader on, the old version may not run on this data"],
    page: "Back at about 02:05 UTC.",
  }),
  runningImage: async () => "registry.example.com:5000/crm@sha256:1234",
  examine: async () => ({ ok: true, checks: [], forecast: sampleForecast }),
};

const { publicKey, privateKey } = await generateKeyPair("RS256");
export const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "key-1", alg: "RS256", use: "sig" }] };

/** Claims as GitHub's tokens carry them, for a release of the repository that may upgrade the crm. */
export const releaseClaims = {
  repository_id: "1",
  repository: "acme/crm",
  repository_owner_id: "10",
  ref: "refs/tags/v2.0.0",
  environment: "production",
  event_name: "push",
  job_workflow_ref: "acme/crm/.github/workflows/release.yml@refs/tags/v2.0.0",
  run_id: "77",
  run_attempt: "1",
  actor: "octocat",
  sha: "0123456789",
  jti: "token-1",
};

export type Signing = {
  iss?: string;
  aud?: string;
  expiresIn?: number;
  alg?: string;
  kid?: string;
  key?: Parameters<SignJWT["sign"]>[0];
  /** Seconds from now until it is said to have been issued. */
  issuedIn?: number;
  /** More of the protected header. */
  header?: object;
};

export async function token(claims: object = releaseClaims, signing: Signing = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT({ sub: "repo:acme/crm:ref:refs/tags/v2.0.0", ...claims })
    .setProtectedHeader({ alg: signing.alg ?? "RS256", kid: signing.kid ?? "key-1", ...signing.header })
    .setIssuer(signing.iss ?? issuer)
    .setAudience(signing.aud ?? audience)
    .setIssuedAt(now + (signing.issuedIn ?? 0))
    .setExpirationTime(now + (signing.expiresIn ?? 300))
    .sign(signing.key ?? privateKey);
}

/** The environment of a request that came through the operator endpoint. */
export const iam = (userArn = "arn:aws:sts::111122223333:assumed-role/operator/run-77") => ({
  requestContext: { requestId: "gateway-1", authorizer: { iam: { userArn, accountId: "111122223333" } } },
});

export const upgrade = { procedure: "upgrade", image: "registry.example.com/crm:2.0.0" };

async function storeOfItsOwn(): Promise<Dependencies["store"]> {
  const { client, table } = await createTable();
  return createDynamoStore({ client, table, clock: systemClock });
}

/** The API on an in-process table, with a starter that remembers and keys that need no network. */
export async function createWorld(over: Partial<Dependencies> = {}) {
  const store = over.store ?? (await storeOfItsOwn());
  const started: string[] = [];
  const woken: string[] = [];
  const log: LogLine[] = [];
  let ids = 0;
  const deps: Dependencies = {
    configuration,
    store,
    table: "intermission",
    planner,
    starter: {
      start: async (id, epoch) => void started.push(executionName(id, epoch)),
      wake: async (id) => void woken.push(id),
    },
    verifyToken: createGithubVerifier({ issuer, audience, clock: systemClock, fetch: async () => Response.json(jwks) }),
    clock: systemClock,
    ids: { hex: (digits) => (ids++).toString(16).padStart(digits, "0") },
    version: "1.2.3",
    log: (line) => void log.push(line),
    ...over,
  };
  const app = createApp(deps);

  /** As an operator with every right, unless `env` says otherwise. */
  const request = async (path: string, init: RequestInit = {}, env: object = iam()): Promise<Response> =>
    app.request(path, init, env);
  const post = async (
    path: string,
    body: unknown,
    { headers = {}, env = iam() }: { headers?: object; env?: object } = {},
  ): Promise<Response> =>
    app.request(
      path,
      { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } },
      env,
    );
  const start = (key = "key-1", body: unknown = upgrade, options: { headers?: object; env?: object } = {}) =>
    post("/v1/targets/crm/operations", body, { ...options, headers: { "idempotency-key": key, ...options.headers } });
  const asGithub = async (claims: object = releaseClaims, signing?: Signing) => ({
    headers: { authorization: `Bearer ${await token(claims, signing)}` },
    env: {},
  });
  return { app, deps, store, started, woken, log, request, post, start, asGithub };
}

/** A problem's document, after checking that it is one. */
export async function problemOf(
  response: Response,
): Promise<Record<string, unknown> & { code: string; status: number }> {
  const type = response.headers.get("content-type");
  if (type !== "application/problem+json")
    throw new Error(`expected a problem, found ${response.status} ${type}: ${await response.text()}`);
  const document = (await response.json()) as { code: string; status: number };
  if (document.status !== response.status)
    throw new Error(`the document says ${document.status}, the response ${response.status}`);
  return document;
}
