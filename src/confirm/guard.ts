import { InitError, type InitProblem, problemOfError } from "../init/init-problem.ts";
import { type Survey, survey } from "../init/survey.ts";
import { inOrder } from "../procedures/discovery.ts";
import { read } from "../procedures/read.ts";
import { didYouMean } from "../targets/did-you-mean.ts";
import type { Configuration, Target } from "../targets/schema.ts";
import type { ConfirmWorld } from "./confirm-world.ts";

export type Admitted = { target: Target; survey: Survey; callerArn: string; notes: string[] };

/** Looks at the target, and refuses with everything that speaks against measuring on it. Changes nothing. */
export async function guard(
  world: ConfirmWorld,
  { configuration, name, table }: { configuration: Configuration; name: string; table: string | undefined },
): Promise<Admitted> {
  const { targets, deployment } = configuration;
  const target = targets.get(name);
  if (!target) throw new InitError([noTarget(name, [...targets.keys()])]);
  const [caller, holder, found] = await Promise.all([
    read(world.caller),
    read(async () => (table === undefined ? undefined : world.storeOf(table).lockHolder(name))),
    survey(world.aws, { cluster: target.cluster, names: target.services.map((service) => service.name) }).catch(
      (error: unknown) => {
        if (error instanceof InitError) return error;
        throw error;
      },
    ),
  ]);
  const problems = [
    ...(target.frozen
      ? [
          refusal(
            "frozen",
            "a target that may be touched",
            target.frozen,
            "Measure on another one, or take `frozen` out",
          ),
        ]
      : []),
    ...(caller.ok ? [] : [problemOfError("who asks", caller.error)]),
    ...(caller.ok && deployment && caller.value.account !== deployment.account
      ? [
          refusal(
            "the account",
            `${deployment.account}, as the file says`,
            caller.value.account,
            "Use the credentials of that account",
          ),
        ]
      : []),
    ...(holder.ok && holder.value !== undefined
      ? [refusal("the lock", "no active operation", holder.value, "Wait until it has ended, or end it")]
      : []),
    ...(found instanceof InitError ? found.problems : []),
  ];
  if (problems.length || !caller.ok || found instanceof InitError) throw new InitError(problems);
  return {
    target,
    survey: {
      ...found,
      listeners: found.listeners.map((listener) => ({ ...listener, rules: inOrder(listener.rules) })),
    },
    callerArn: caller.value.arn,
    notes: [
      ...(table === undefined ? [UNLOCKED] : []),
      ...(holder.ok ? [] : [`${UNLOCKED} The table ${table} cannot be read: ${holder.error}`]),
    ],
  };
}

const UNLOCKED =
  "The target's lock is not held: see to it that nobody starts an operation on it meanwhile. With --table it is held.";

const refusal = (about: string, expected: string, found: string, next: string): InitProblem => ({
  about,
  expected,
  found,
  next,
});

function noTarget(name: string, names: string[]): InitProblem {
  const meant = didYouMean(name, names);
  return refusal(
    `--target ${name}`,
    "a target of the file",
    names.join(", "),
    meant ? `Did you mean --target ${meant}?` : "Name one of these",
  );
}
