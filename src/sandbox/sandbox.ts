import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parseConfiguration } from "../targets/configuration.ts";
import { createControl } from "./control/control.ts";
import { createHttpApi, type Invoked, serveHttpApi } from "./front/api-gateway.ts";
import { iamAuthorizer } from "./front/iam-authorizer.ts";
import { serveOnLoopback, webAnswer } from "./front/loopback-server.ts";
import { startOidcIssuer } from "./front/oidc-issuer.ts";
import { API_FUNCTION, type Bundles, hostFunctions, requireBundles } from "./functions.ts";
import { applySeed } from "./seed/apply-seed.ts";
import type { LoadedSeed } from "./seed/load-seed.ts";
import { type PlaceholderValues, replacePlaceholders } from "./seed/placeholders.ts";
import { createSeedClients } from "./seed/seed-clients.ts";
import { hurry } from "./seeding-latencies.ts";
import { type Services, type ServicesOptions, startServices } from "./services.ts";

export type SandboxOptions = {
  seed: LoadedSeed;
  /** Needed where the seed has targets to operate. */
  bundles: Bundles;
  /** Told what happens while it starts, in words. */
  report?: (line: string) => void;
  /** Gives up starting; whatever had started is ended. */
  signal?: AbortSignal;
  /** How long the seed's services may take to be steady. */
  steadyTimeoutMs?: number;
} & Pick<ServicesOptions, "onBug" | "onFunctionLine">;

/** A sandbox that is ready. */
export type Sandbox = {
  services: Services;
  /** Base URLs of the two HTTP APIs in front of the API function. */
  api: { github: string; operator: string };
  oidc: { issuer: string; token: string; requestUrl: string };
  /** How to reach each target from this machine. */
  targets: Record<string, { url: string }>;
  control: string;
  /** What the seed's placeholders stand for. */
  values: PlaceholderValues;
  /** Leaves no process, no port and no folder behind. */
  close(): Promise<void>;
};

/** Starts everything, seeds it and waits until it is steady. Where that fails, whatever had started is ended before it rejects. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { seed, bundles, report = () => {}, signal, steadyTimeoutMs = 300_000 } = options;
  if (seed.targets) await requireBundles(bundles);
  await using cleanup = new AsyncDisposableStack();
  const { region, account, latencies, switches } = seed;
  const services = await startServices({ ...options, region, account, latencies, switches });
  cleanup.defer(() => services.close());
  const { world } = services;

  const control = await serveOnLoopback(webAnswer(createControl({ ...services, log: world.log }).fetch));
  cleanup.defer(() => control.close());
  const oidc = await startOidcIssuer(world);
  cleanup.defer(() => oidc.close());

  const values = await seedServices();
  const targetsFile = join(services.directory, "intermission.yml");
  const targets = await hostTargets();

  const invoke = seed.targets
    ? (payload: string) => services.lambda.invoke(API_FUNCTION, payload)
    : async (): Promise<Invoked> => {
        throw new Error("sandbox.yml has no `intermission`, so there is nothing that the API could operate");
      };
  const github = await serveHttpApi(createHttpApi({ world, name: "github", invoke }));
  cleanup.defer(() => github.close());
  const authorize = iamAuthorizer({ credentials: services.credentials, region });
  const operator = await serveHttpApi(createHttpApi({ world, name: "operator", invoke, authorize, open: isOpenRoute }));
  cleanup.defer(() => operator.close());

  signal?.throwIfAborted();
  const started = cleanup.move();
  return {
    services,
    api: { github: github.url, operator: operator.url },
    oidc,
    targets,
    control: control.url,
    values,
    close: () => started.disposeAsync(),
  };

  async function seedServices(): Promise<PlaceholderValues> {
    const clients = createSeedClients({ endpoint: services.url, region, credentials: services.key });
    const slowDown = hurry(world.latencies);
    try {
      return await applySeed(seed, {
        clients,
        images: services.images,
        freePort: services.freePort,
        waiting: { clock: world.clock, signal, timeoutMs: steadyTimeoutMs },
        failureOf: (identifier) => failedDatabases(services.state()).get(identifier),
        report,
      });
    } finally {
      slowDown();
      clients.destroy();
    }
  }

  async function hostTargets(): Promise<Sandbox["targets"]> {
    if (!seed.targets) return {};
    report("functions: intermission-api, intermission-runbook, intermission-execution-ended");
    const text = replacePlaceholders(seed.targets.text, values);
    const { fileName } = seed.targets;
    const named = new Map<string, string>();
    const { targets } = parseConfiguration(text, fileName, {
      readNamed(path) {
        named.set(path, readFileSync(resolve(dirname(fileName), path), "utf8"));
        return named.get(path)!;
      },
    });
    for (const [path, content] of [...named, [basename(targetsFile), text] as const]) {
      const copy = join(dirname(targetsFile), path);
      await mkdir(dirname(copy), { recursive: true });
      await writeFile(copy, content);
    }
    await hostFunctions({ services, bundles, issuer: oidc.issuer, targetsFile });
    return Object.fromEntries([...targets].map(([name, { url }]) => [name, { url: services.reachable(url) }]));
  }
}

type InstanceState = { DBInstanceIdentifier?: string; reason?: string };

function failedDatabases({ rds }: Record<string, unknown>): Map<string, string | undefined> {
  const { instances } = rds as { instances: InstanceState[] };
  return new Map(instances.map(({ DBInstanceIdentifier = "", reason }) => [DBInstanceIdentifier, reason]));
}

/** What the API answers to anybody has no authorizer in front of it. */
const isOpenRoute = (path: string): boolean => /^\/(health|docs|openapi\.json|live\/.*)?$/.test(path);
