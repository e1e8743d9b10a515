import type { ConditionValues } from "./conditions.ts";

/** One thing that IAM is asked about a call: all of them must be allowed. */
export type Demand = {
  action: string;
  /** `*` where the action has no resource level. */
  resource: string;
  values?: ConditionValues;
  /** The service tries it in the caller's name before it does anything, and words a refusal itself. */
  triedFirst?: true;
};

/** What IAM is asked about each operation of a service, in the order in which AWS asks. */
export type Demands<Sdk> = {
  [Name in keyof Sdk as Name extends `${infer Operation}Command` ? Operation : never]?: Sdk[Name] extends new (
    ...args: infer Args
  ) => unknown
    ? (input: NonNullable<Args[0]>) => Demand[]
    : never;
};

/** Any service's demands. */
export type DemandMap = Record<string, ((input: never) => Demand[]) | undefined>;

/** Operations that are judged on `*`: their actions have no resource level. */
export const withoutResource = <Name extends string>(
  service: string,
  ...operations: Name[]
): Record<Name, () => Demand[]> => {
  const all = operations.map((name) => [name, () => [{ action: `${service}:${name}`, resource: "*" }]] as const);
  return Object.fromEntries(all) as Record<Name, () => Demand[]>;
};

type RawValues = Record<string, string | boolean | readonly string[] | undefined>;

/** Condition values under their keys as AWS spells them; what is undefined is absent. */
export function valuesOf(raw: RawValues): ConditionValues {
  const values: Record<string, string | readonly string[]> = {};
  for (const [key, value] of Object.entries(raw))
    if (value !== undefined) values[key.toLowerCase()] = typeof value === "boolean" ? String(value) : value;
  return values;
}

export type Tags = Iterable<{ key?: string; value?: string; Key?: string; Value?: string }>;

/** What a call says by the tags in it. `also` are the service's own names for aws:RequestTag. */
export function requestTags(tags: Tags = [], ...also: string[]): ConditionValues {
  const pairs = tagPairs(tags);
  if (pairs.length === 0) return {};
  return { ...underEach(["aws:RequestTag", ...also], pairs), "aws:tagkeys": pairs.map(([key]) => key) };
}

/** What is known by the tags of the thing that a call is about. */
export const resourceTags = (tags: Tags = [], ...also: string[]): ConditionValues =>
  underEach(["aws:ResourceTag", ...also], tagPairs(tags));

const tagPairs = (tags: Tags): [string, string][] =>
  [...tags].map(({ key, value, Key, Value }) => [key ?? Key ?? "", value ?? Value ?? ""]);

const underEach = (names: string[], pairs: [string, string][]): ConditionValues =>
  valuesOf(Object.fromEntries(names.flatMap((name) => pairs.map(([key, value]) => [`${name}/${key}`, value]))));

/** That a role may be handed to a service, which then acts by it. */
export const passRole = (roleArn: string, service: string): Demand => ({
  action: "iam:PassRole",
  resource: roleArn,
  values: { "iam:passedtoservice": service },
});
