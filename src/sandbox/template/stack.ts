import type { World } from "../cloud/world.ts";
import { evaluate } from "./intrinsics.ts";
import { physicalReferences } from "./physical.ts";
import type { Template } from "./template.ts";

/** A resource with every reference in it replaced by what it stands for. */
export type StackResource = {
  logicalId: string;
  /** What `Ref` answers of it, and its ARN; empty for kinds that nothing refers to. */
  ref: string;
  arn: string;
  properties: Record<string, unknown>;
  /** The folder or file of its code, where it has some. */
  assetPath?: string;
};

/** A stack as its template describes it, looked at by kind. */
export type Stack = {
  all(type: string): StackResource[];
  /** The one resource of its kind with that ARN, or with that name. */
  find(type: string, reference: string): StackResource | undefined;
  types: string[];
};

export function readStack(template: Template, where: { world: World; stackName: string }): Stack {
  const { references, physical } = physicalReferences(template, where);
  const entries = Object.entries(template.Resources);
  const read = new Map<string, StackResource>();
  const resource = (logicalId: string): StackResource => {
    const known = read.get(logicalId);
    if (known) return known;
    const { Properties, Metadata } = template.Resources[logicalId]!;
    const assetPath = Metadata?.["aws:asset:path"];
    const result = {
      logicalId,
      ref: physical(logicalId)?.ref ?? "",
      arn: physical(logicalId)?.attributes.Arn ?? "",
      properties: evaluate(Properties, references) as Record<string, unknown>,
      ...(typeof assetPath === "string" && { assetPath }),
    };
    read.set(logicalId, result);
    return result;
  };
  const all = (type: string) =>
    entries.filter(([, { Type }]) => Type === type).map(([logicalId]) => resource(logicalId));
  return {
    all,
    find: (type, reference) => all(type).find(({ ref, arn }) => reference === ref || reference === arn),
    types: [...new Set(entries.map(([, { Type }]) => Type))].toSorted(),
  };
}
