import type { Undo } from "../operations/journal.ts";
import type { Mutation, Phase } from "../operations/operation.ts";

/**
 * A mutation before it is made. A plan lists these and a run makes these, from the same functions: what was announced is what happens.
 * `name` is its place in the journal, the same however often a step runs.
 */
export type Planned<Parameters = undefined> = { name: string; mutation: Mutation; undo: Undo; parameters: Parameters };

type Description<Parameters> = {
  name: string;
  phase: Phase;
  /** Service and operation, such as `ecs:UpdateService`. */
  call: `${string}:${string}`;
  resource: string;
  summary: string;
  inverse: string;
  undo: Undo;
  parameters: Parameters;
  /** What the call is given, in AWS's words, where the parameters are in ours or hold a secret. */
  request?: Record<string, unknown>;
};

export function planned<Parameters>({
  name,
  phase,
  call,
  resource,
  summary,
  inverse,
  undo,
  parameters,
  request = (parameters ?? {}) as Record<string, unknown>,
}: Description<Parameters>): Planned<Parameters> {
  const [service = "", operation = ""] = call.split(":");
  return {
    name: `${phase}/${name}`,
    mutation: { phase, service, operation, resource, parameters: withoutUndefined(request), summary, inverse },
    undo,
    parameters,
  };
}

/** Events and journals are compared and stored: a member that is not there must be no member. */
const withoutUndefined = (request: Record<string, unknown> | undefined) =>
  JSON.parse(JSON.stringify(request ?? {})) as Record<string, unknown>;

/** The last part of an ARN: what people call the thing. */
export const shortName = (arn: string): string => arn.split("/").at(-1) ?? arn;
