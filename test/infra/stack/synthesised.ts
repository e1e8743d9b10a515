import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { functionNames } from "../../../infra/permissions/grant.ts";
import { synthesise } from "../../../infra/synthesise.ts";
import { parseConfiguration } from "../../../src/targets/configuration.ts";
import type { Configuration } from "../../../src/targets/schema.ts";

export const EXAMPLE = "examples/intermission.production.yml";

/** For tests that synthesise themselves: seconds on a machine that has none to spare. */
export const PATIENT = { timeout: 30_000 };

export type Resource = { id: string; Type: string; Properties: Record<string, unknown> } & Record<string, unknown>;
export type Made = {
  /** As it is written. */
  text: string;
  resources: Resource[];
  outputs: Record<string, { Description: string; Value: unknown }>;
  /** Of each function what is in its code, by path. */
  code: Record<string, Record<string, string>>;
  manifest: Record<string, unknown>;
};

/** The example with other values in `deployment`. */
export const exampleWith = async (deployment: object = {}): Promise<Configuration> => {
  const text = await readFile(EXAMPLE, "utf8");
  const { parse, stringify } = await import("yaml");
  const raw = parse(text) as { deployment: object };
  return parseConfiguration(stringify({ ...raw, deployment: { ...raw.deployment, ...deployment } }), EXAMPLE);
};

const made = new Map<string, Promise<Made>>();

/** What comes of the example with other values in `deployment`: synthesised once for all tests that want the same. */
export function synthesised(deployment: object = {}): Promise<Made> {
  const key = JSON.stringify(deployment);
  const known = made.get(key) ?? exampleWith(deployment).then((configuration) => inFolders({ configuration }));
  made.set(key, known);
  return known;
}

/** Synthesises with functions that say nothing but their name. Leaves no files behind. */
export async function inFolders({ configuration }: { configuration: Configuration }): Promise<Made> {
  const folder = await mkdtemp(join(tmpdir(), "intermission-stack-"));
  try {
    const [bundles, outdir] = [join(folder, "bundles"), join(folder, "out")];
    await writeBundles(bundles);
    const { templateFile } = await synthesise({ configuration, configurationFile: EXAMPLE, bundles, outdir });
    return await read(templateFile, outdir);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export async function writeBundles(folder: string): Promise<void> {
  for (const name of functionNames) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, "index.mjs"), `export const handler = () => "${name}";\n`);
    await writeFile(join(folder, name, "index.mjs.map"), "{}");
  }
}

async function read(templateFile: string, outdir: string): Promise<Made> {
  const text = await readFile(templateFile, "utf8");
  const { Resources, Outputs } = JSON.parse(text) as {
    Resources: Record<string, Omit<Resource, "id">>;
    Outputs: Made["outputs"];
  };
  const resources = Object.entries(Resources).map(([id, resource]) => ({
    Properties: {},
    ...resource,
    id,
  })) as Resource[];
  const code: Made["code"] = {};
  for (const { Properties, Metadata } of resources.filter(({ Type }) => Type === "AWS::Lambda::Function"))
    code[String(Properties.FunctionName)] = await filesIn(
      join(outdir, (Metadata as Record<string, string>)["aws:asset:path"]!),
    );
  const manifest = JSON.parse(await readFile(join(outdir, "manifest.json"), "utf8")) as Made["manifest"];
  return { text, resources, outputs: Outputs, code, manifest };
}

async function filesIn(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
  const paths = names.map(({ parentPath, name }) => join(parentPath, name)).sort();
  const entries = paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, "utf8")] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** The properties of every resource of a type, readable. */
export const all = ({ resources }: Made, type: string) =>
  resources
    .filter(({ Type }) => Type === type)
    // biome-ignore lint/suspicious/noExplicitAny: a template is looked at as it comes
    .map(({ Properties }) => readable(Properties) as Record<string, any>);

/** That of one name. Throws where there is none. */
export function one(from: Made, type: string, named: Record<string, string>) {
  const found = all(from, type).filter((each) => Object.entries(named).every(([key, value]) => each[key] === value));
  if (found.length !== 1) throw new Error(`expected one ${type} with ${JSON.stringify(named)}, found ${found.length}`);
  return found[0]!;
}

/** References as text: `<Table>`, `<Table.Arn>`, without the hash that the CDK puts behind a name. */
export function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== "object" || value === null) return value;
  const [[name, argument] = ["", undefined]] = Object.entries(value);
  if (name === "Ref") return argument === "AWS::Partition" ? "aws" : `<${nameOf(String(argument))}>`;
  if (name === "Fn::GetAtt") {
    const [id, attribute] = argument as [string, string];
    return `<${nameOf(id)}.${attribute}>`;
  }
  if (name === "Fn::Join") {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(readable).join(separator);
  }
  if (name === "Fn::Select") return `select(${JSON.stringify(readable(argument))})`;
  if (name === "Fn::Split") return `split(${JSON.stringify(readable(argument))})`;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, readable(each)]));
}

/** The name of a logical id without its hash, which a version has twice. */
export const nameOf = (id: string): string => id.replace(/[0-9A-F]{8}([0-9a-f]{32})?$/, "");
