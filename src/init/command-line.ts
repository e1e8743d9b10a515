import { matching, oneOf } from "../command-line/meanings.ts";
import { type OptionsRead, readOptions } from "../command-line/read-options.ts";
import type { Asked } from "../command-line/run-command.ts";
import { quoted } from "../command-line/words.ts";
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
  --help, -h        this

It ends with 0 once written, also where something is left to decide; with 2 where nothing could be written, and why. With --refresh: 0 where
nothing changed, 1 where something did, 2 where it could not look. What it may read in AWS must be: docs/init.md.`;

type Common = { out: string; print: boolean; json: boolean; region?: string; profile?: string };
export type InitCommand =
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
  target: {
    type: "string",
    as: matching(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and hyphens, 63 at most"),
  },
  url: { type: "string", as: matching(/^https?:\/\/[^/\s]\S*$/, "an http or https URL") },
  container: { type: "string", multiple: true },
  app: { type: "string", default: "auto", as: oneOf([...presetNames, "generic", "auto"] as const) },
  region: { type: "string" },
  profile: { type: "string" },
  out: { type: "string", default: "intermission.yml", what: "a file" },
  print: { type: "boolean" },
  force: { type: "boolean" },
  refresh: { type: "boolean" },
  json: { type: "boolean" },
} as const;

/** Everything that is wrong with the command is said at once. */
export function readInitCommand(args: string[]): Asked<InitCommand> {
  const read = readOptions(args, { options: OPTIONS });
  const { values } = read;
  if (values.help) return { kind: "help" };
  const { cluster, service, container, app, url, force, out, print, json, region, profile } = values;
  const common = { out, print, json, ...(region && { region }), ...(profile && { profile }) };
  const problems = [...read.problems, ...(values.refresh ? wrongWithRefresh(read) : wrongWithWrite(read))];
  if (problems.length > 0) return { kind: "wrong", problems, json };
  if (values.refresh) return { kind: "refresh", ...common, ...(values.target && { target: values.target }) };
  return {
    kind: "write",
    ...common,
    cluster: cluster!,
    services: [...new Set(service)],
    target: values.target ?? nameOfTarget(service[0]!),
    containers: container,
    app,
    ...(url && { url }),
    force,
  };
}

type Read = OptionsRead<typeof OPTIONS>;

const wrongWithRefresh = ({ given }: Read): string[] =>
  (["cluster", "service", "url", "container", "app", "force"] as const)
    .filter((name) => given.has(name))
    .map((name) => `--${name}: expected nothing of the kind beside --refresh, which reads them from the file`);

function wrongWithWrite({ given, values: { service } }: Read): string[] {
  return [
    ...(given.has("cluster") ? [] : ["--cluster: expected the ECS cluster, found nothing"]),
    ...(given.has("service") ? [] : ["--service: expected an ECS service, found nothing"]),
    ...(service.length > 10 ? [`--service: expected at most 10, found ${service.length}`] : []),
    ...service
      .filter((name) => name.includes("/"))
      .map(
        (name) =>
          `--service: expected the service's name alone, found ${quoted(name)}; say ${quoted(name.split("/").at(-1) ?? "")}`,
      ),
  ];
}

const nameOfTarget = (service: string): string =>
  service
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 63) || "target";
