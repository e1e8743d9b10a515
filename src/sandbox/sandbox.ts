import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parseConfiguration } from "../targets/configuration.ts";
import type { Configuration } from "../targets/schema.ts";
import { type Bundles, requireBundles } from "./bundles.ts";
import { createControl } from "./control/control.ts";
import { createHttpApi, serveHttpApi } from "./front/api-gateway.ts";
import { createAuthorizers } from "./front/authorizers.ts";
import { serveOnLoopback, webAnswer } from "./front/loopback-server.ts";
import { startOidcIssuer } from "./front/oidc-issuer.ts";
import { host, hostAgain } from "./host.ts";
import type { HostedFunction, HostingPlan } from "./hosting-plan.ts";
import { ownPlan } from "./own-plan.ts";
import { applySeed } from "./seed/apply-seed.ts";
import type { LoadedSeed } from "./seed/load-seed.ts";
import { type PlaceholderValues, replacePlaceholders } from "./seed/placeholders.ts";
import { createSeedClients } from "./seed/seed-clients.ts";
import { hurry } from "./seeding-latencies.ts";
import { type Services, type ServicesOptions, startServices } from "./services.ts";
import { type MakeTemplate, planOfTemplate } from "./template/plan-of-template.ts";

export type SandboxOptions = {
  seed: LoadedSeed;
  /** Needed where the seed has targets to operate. */
  bundles: Bundles;
  /** Synthesises the stack that the functions are then hosted from. Without it they are hosted from a plan of the sandbox's own. */
  template?: MakeTemplate;
  /** Told what happens while it starts, in words. */
  report?: (line: string) => void;
  /** Gives up starting; whatever had started is ended. */
  signal?: AbortSignal;
  /** How long the seed's services may take to be steady. */
  steadyTimeoutMs?: number;
} & Pick<ServicesOptions, "onBug" | "onFunctionLine" | "gate" | "substrate">;

/** A sandbox that is ready. */
export type Sandbox = {
  services: Services;
  /** Base URLs of the two HTTP APIs in front of the API function. */
  api: { github: string; operator: string };
  oidc: { issuer: string; token: string; requestUrl: string };
  /** The name of the operations' table; undefined where the seed has no targets. */
  table?: string;
  /** How to reach each target from this machine. */
  targets: Record<string, { url: string }>;
  control: string;
  /** Deploys other versions of the functions, while operations run. */
  redeploy(change: (hosted: HostedFunction) => Promise<HostedFunction>): Promise<void>;
  /** What the seed's placeholders stand for. */
  values: PlaceholderValues;
  /** Leaves no process, no port and no folder behind. */
  close(): Promise<void>;
};

/** Starts everything, seeds it and waits until it is steady. Where that fails, whatever had started is ended before it rejects. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { seed, bundles, template, report = () => {}, signal, steadyTimeoutMs = 300_000 } = options;
  if (seed.targets) await requireBundles(bundles);
  await using cleanup = new AsyncDisposableStack();
  const { region, account, latencies, switches, quotas } = seed;
  const services = await startServices({ ...options, region, account, latencies, switches, quotas });
  cleanup.defer(() => services.close());
  const { world } = services;

  const control = await serveOnLoopback(webAnswer(createControl({ ...services, log: world.log }).fetch));
  cleanup.defer(() => control.close());
  const oidc = await startOidcIssuer(world);
  cleanup.defer(() => oidc.close());

  const values = await seedServices();
  const targetsFile = join(services.directory, "intermission.yml");
  const { plan, targets } = await hostTargets();

  const authorize = createAuthorizers({ credentials: services.credentials, region });
  const invoke = (functionName: string, payload: string) => services.lambda.invoke(functionName, payload);
  const serve = async (name: "github" | "operator") => {
    const { routes = [], throttle } = plan?.apis.find((api) => api.name.endsWith(name)) ?? {};
    const server = await serveHttpApi(createHttpApi({ world, name, routes, throttle, authorize, invoke }));
    cleanup.defer(() => server.close());
    return server.url;
  };
  const api = { github: await serve("github"), operator: await serve("operator") };

  signal?.throwIfAborted();
  const started = cleanup.move();
  return {
    services,
    api,
    oidc,
    table: plan?.table,
    redeploy: async (change) => hostAgain(await Promise.all((plan?.functions ?? []).map(change)), services),
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

  /** Writes what the functions read beside their code. */
  async function writeTargets({ text: given, fileName }: NonNullable<LoadedSeed["targets"]>): Promise<Configuration> {
    const text = replacePlaceholders(given, values);
    const named = new Map<string, string>();
    const configuration = parseConfiguration(text, fileName, {
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
    return configuration;
  }

  async function hostTargets(): Promise<{ plan?: HostingPlan; targets: Sandbox["targets"] }> {
    if (!seed.targets) return { targets: {} };
    const { targets } = await writeTargets(seed.targets);
    const plan = template
      ? await planOfTemplate(await template({ targetsFile, services }), { services, issuer: oidc.issuer })
      : ownPlan({ bundles, issuer: oidc.issuer, targetsFile, world });
    report(`functions: ${plan.functions.map(({ functionName }) => functionName).join(", ")}`);
    await host(plan, services);
    return {
      plan,
      targets: Object.fromEntries([...targets].map(([name, { url }]) => [name, { url: services.reachable(url) }])),
    };
  }
}

type InstanceState = { DBInstanceIdentifier?: string; reason?: string };

function failedDatabases({ rds }: Record<string, unknown>): Map<string, string | undefined> {
  const { instances } = rds as { instances: InstanceState[] };
  return new Map(instances.map(({ DBInstanceIdentifier = "", reason }) => [DBInstanceIdentifier, reason]));
}
