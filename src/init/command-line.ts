import { parseArgs } from "node:util";
import { presetNames } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";

export const INIT_HELP = `Looks at live services and writes what Intermission must know of them: a target of intermission.yml, with comments on what was
found where, and on what a person must decide. It only reads, and never reads a secret.

  npm run init -- --cluster crm --service crm-web --service crm-worker
  npm run init -- --refresh

  --cluster NAME    the ECS cluster
  --service NAME    an ECS service of the application, the leader's first; again for each one on the same database
  --target NAME     what the target is called; unless given, as the first service. With --refresh: only this one
  --url URL         how users reach the application, where listeners and rules do not say
  --container NAME  the container that runs the application's image, where there are several; again where services differ
  --app NAME        ${[...presetNames, "generic"].join(", ")}, or auto, which looks at the image (auto)
  --region REGION   unless given, that of your AWS configuration
  --profile NAME    of your AWS configuration
  --out FILE        the file (intermission.yml). A target is added to one that exists, and its comments stay
  --print           prints the file and writes nothing
  --force           writes a target anew that the file has already: what was decided in it is lost
  --refresh         renews the \`resources\` of the targets that the file has, and nothing else
  --json            answers as JSON
  --help            this

It ends with 0 once written, also where something is left to decide; with 2 where nothing could be written, and why. With --refresh: 0 where
nothing changed, 1 where something did, 2 where it could not look. What it may read in AWS must be: docs/init.md.`;

type Common = { out: string; print: boolean; json: boolean; region?: string; profile?: string };
export type InitCommand =
  | { kind: "help" }
  | { kind: "wrong"; problems: string[]; json: boolean }
  | (Common & { kind: "refresh"; target?: string })
  | (Common & {
      kind: "write";
      cluster: string;
      services: string[];
      target: string;
      containers: string[];
      app: Target["app"] | "auto";
      url?: string;
      force: boolean;
    });

const OPTIONS = {
  cluster: { type: "string" },
  service: { type: "string", multiple: true },
  target: { type: "string" },
  url: { type: "string" },
  container: { type: "string", multiple: true },
  app: { type: "string", default: "auto" },
  region: { type: "string" },
  profile: { type: "string" },
  out: { type: "string", default: "intermission.yml" },
  print: { type: "boolean", default: false },
  force: { type: "boolean", default: false },
  refresh: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const TARGET = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Everything that is wrong with the command is said at once. */
export function readInitCommand(args: string[]): InitCommand {
  const read = readValues(args);
  if ("wrong" in read) return { kind: "wrong", problems: [read.wrong], json: args.includes("--json") };
  const { values } = read;
  if (values.help) return { kind: "help" };
  const { cluster, service = [], container = [], app, url, force, out, print, json, region, profile } = values;
  const common = { out, print, json, ...(region && { region }), ...(profile && { profile }) };
  const wrong = [
    ...(values.target !== undefined && !TARGET.test(values.target)
      ? [`--target: expected lower-case letters, digits and hyphens, found ${JSON.stringify(values.target)}`]
      : []),
    ...(values.refresh ? wrongWithRefresh(values) : wrongWithWrite(values)),
  ];
  if (wrong.length) return { kind: "wrong", problems: wrong, json };
  if (values.refresh) return { kind: "refresh", ...common, ...(values.target && { target: values.target }) };
  return {
    kind: "write",
    ...common,
    cluster: cluster!,
    services: [...new Set(service)],
    target: values.target ?? nameOfTarget(service[0]!),
    containers: container,
    app: app as Target["app"] | "auto",
    ...(url && { url }),
    force,
  };
}

type Values = Extract<ReturnType<typeof readValues>, { values: unknown }>["values"];

function readValues(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS });
  } catch (error) {
    return { wrong: (error as Error).message };
  }
}

const wrongWithRefresh = (values: Values): string[] =>
  (["cluster", "service", "url", "container", "force"] as const)
    .filter((name) => values[name])
    .map((name) => `--${name}: expected nothing of the kind beside --refresh, which reads them from the file`);

function wrongWithWrite({ cluster, service = [], app, url }: Values): string[] {
  const apps = [...presetNames, "generic", "auto"];
  return [
    ...(cluster ? [] : ["--cluster: expected the ECS cluster, found nothing"]),
    ...(service.length ? [] : ["--service: expected an ECS service, found nothing"]),
    ...(service.length > 10 ? [`--service: expected at most 10, found ${service.length}`] : []),
    ...service
      .filter((name) => name.includes("/"))
      .map((name) => `--service: expected the service's name alone, found ${name}; say ${name.split("/").at(-1)}`),
    ...(apps.includes(app) ? [] : [`--app: expected one of ${apps.join(", ")}, found ${app}`]),
    ...(url === undefined || /^https?:\/\/[^/]/.test(url)
      ? []
      : [`--url: expected an http or https URL, found ${url}`]),
  ];
}

const nameOfTarget = (service: string): string =>
  service
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 63) || "target";
