import { XmlShapeSerializer } from "@aws-sdk/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";
import type { StaticStructureSchema } from "@smithy/types";

/** One structure's members, each a schema with its value, so that the envelope too is written by the SDK's serialiser. */
export type Members = Record<string, [schema: NormalizedSchema, value: unknown]>;

/** An XML document called `root`. */
export function encodeXml(root: string, xmlNamespace: string, members: Members): string {
  const serializer = new XmlShapeSerializer({
    xmlNamespace,
    serviceNamespace: "",
    timestampFormat: { useTrait: true, default: 5 as const },
  });
  const entries = Object.entries(members);
  serializer.write(
    structure(root, Object.fromEntries(entries.map(([name, [schema]]) => [name, schema]))),
    Object.fromEntries(entries.map(([name, [, value]]) => [name, value])),
  );
  return String(serializer.flush());
}

/** A structure that no package exports. Members go in raw: a NormalizedSchema is renamed in place when used as a member. */
export function structure(name: string, members: Record<string, NormalizedSchema>): NormalizedSchema {
  const schema: StaticStructureSchema = [
    3,
    "wire",
    name,
    0,
    Object.keys(members),
    Object.values(members).map((member) => member.getSchema()),
  ];
  return NormalizedSchema.of(schema);
}

export const text = (): NormalizedSchema => NormalizedSchema.of(0);
