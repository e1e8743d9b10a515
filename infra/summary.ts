import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Deployment } from "../src/targets/deployment-schema.ts";
import { notesOn } from "./notes.ts";
import type { Synthesis } from "./synthesise.ts";

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Metadata: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});
const functionSchema = z.object({ FunctionName: z.string(), Timeout: z.number(), MemorySize: z.number() });
const policySchema = z.object({
  ManagedPolicyName: z.string(),
  PolicyDocument: z.object({ Statement: z.array(z.unknown()) }),
});

/** What was made, for whoever is about to deploy it. */
export type Summary = {
  stack: string;
  template: string;
  functions: { name: string; bytes: number; sourceMapBytes: number; timeoutSeconds: number; memoryMb: number }[];
  policies: { name: string; statements: number; characters: number }[];
  /** How many of each type, the most first. */
  resources: Record<string, number>;
  /** What the template cannot see to. */
  notes: string[];
};

export async function summaryOf({ templateFile, stackName }: Synthesis, deployment: Deployment): Promise<Summary> {
  const resources = Object.values(templateSchema.parse(JSON.parse(await readFile(templateFile, "utf8"))).Resources);
  const all = (type: string) => resources.filter(({ Type }) => Type === type);
  const sizeOf = async (...path: string[]) => (await stat(join(dirname(templateFile), ...path))).size;
  return {
    stack: stackName,
    template: templateFile,
    functions: await Promise.all(
      all("AWS::Lambda::Function").map(async ({ Properties, Metadata }) => {
        const { FunctionName: name, Timeout: timeoutSeconds, MemorySize: memoryMb } = functionSchema.parse(Properties);
        const asset = String(Metadata["aws:asset:path"]);
        return {
          name,
          bytes: await sizeOf(asset, "index.mjs"),
          sourceMapBytes: await sizeOf(asset, "index.mjs.map"),
          timeoutSeconds,
          memoryMb,
        };
      }),
    ),
    policies: all("AWS::IAM::ManagedPolicy").map(({ Properties }) => {
      const { ManagedPolicyName: name, PolicyDocument: document } = policySchema.parse(Properties);
      return { name, statements: document.Statement.length, characters: JSON.stringify(document).length };
    }),
    resources: counted(resources.map(({ Type }) => Type)),
    notes: [...notesOn(deployment), ...inPlace(all("AWS::IAM::ManagedPolicy"))],
  };
}

/** Policies without the hash of their content in their names. */
function inPlace(policies: { Properties: Record<string, unknown> }[]): string[] {
  const names = policies.map(({ Properties }) => policySchema.parse(Properties).ManagedPolicyName);
  const changed = names.filter((name) => !/-[0-9a-f]{8}$/.test(name));
  return changed.length === 0
    ? []
    : [
        `${changed.join(", ")}: too many for one role to be replaced at once, so they are changed in place. Deploy while no operation runs`,
      ];
}

function counted(types: string[]): Record<string, number> {
  const counts = Object.entries(Object.groupBy(types, (type) => type)).map(([type, of]) => [type, of!.length] as const);
  return Object.fromEntries(counts.sort(([a, one], [b, other]) => other - one || a.localeCompare(b)));
}

/** The same for people. */
export function summaryInWords({ stack, template, functions, policies, resources, notes }: Summary): string {
  const kilobytes = (bytes: number) => `${Math.round(bytes / 1_000).toLocaleString("en")} kB`;
  return [
    `${stack}: ${template}`,
    "",
    ...table([
      ["function", "bundle", "source map", "time-out", "memory"],
      ...functions.map(({ name, bytes, sourceMapBytes, timeoutSeconds, memoryMb }) => [
        name,
        kilobytes(bytes),
        kilobytes(sourceMapBytes),
        `${timeoutSeconds} s`,
        `${memoryMb} MB`,
      ]),
    ]),
    "",
    ...table([
      ["policy", "statements", "characters"],
      ...policies.map(({ name, statements, characters }) => [
        name,
        String(statements),
        characters.toLocaleString("en"),
      ]),
    ]),
    "",
    ...table(Object.entries(resources).map(([type, count]) => [type, String(count)])),
    "",
    "Beside it:",
    ...notes.map((note) => `- ${note}`),
  ].join("\n");
}

function table(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join("  "),
  );
}
