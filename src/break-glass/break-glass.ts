import { discardsFrom } from "../operations/discards-from.ts";
import { wordsFor } from "../operations/request-words.ts";
import { goBackByHand } from "./go-back-by-hand.ts";
import { putBackByHand } from "./put-back-by-hand.ts";
import { aws, type Step, script } from "./shell.ts";
import { regionOf, type Situation } from "./situation.ts";

/**
 * A shell script that does with the AWS CLI alone what `restore` does: puts everything back where no other version can have touched the data, and
 * otherwise restores the snapshot and starts the old version on it. From the journal and what is kept of the time before; it holds no secret.
 */
export function breakGlass(situation: Situation): string {
  const { state, target, untouched } = situation;
  const region = regionOf(situation);
  const about = [
    `${state.target}: ${wordsFor(state.request)}, requested by ${state.requestedBy.name} at ${state.requestedAt}`,
    `Operation ${state.id} was ${state.status} when this was written, with the site ${state.site}${state.problem ? `: ${state.problem.message}` : ""}`,
    "",
    ...(untouched ? UNTOUCHED : touched(situation)),
    "",
    "Read it, then run it as a whole or line by line, with credentials that may do all of it. Every command may be run again, and all of it from the top as long as the site is not open.",
    `Users reach the application at ${target.url}.`,
  ];
  const preparation = [
    ...(region ? [`export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`] : []),
    "export AWS_PAGER=",
  ];
  const steps = untouched ? putBackByHand(situation) : goBackByHand(situation);
  return script(about, preparation, [nobodyElseActs(situation), ...steps, lockGoes(situation)]);
}

const UNTOUCHED = [
  "No other version can have touched the data: the old one may run on it. This puts everything back as it was found.",
];

function touched({ state, snapshot: from }: Situation): string[] {
  const written = discardsFrom(state);
  return [
    "ANOTHER VERSION MAY HAVE CHANGED THE DATA: the old one must not run on it. It would say that it is well, and serve wrong data.",
    ...(from ? [`This restores the snapshot ${from} and starts the old version on that.`] : []),
    ...(written
      ? [`WHAT VISITORS WROTE SINCE ${written} IS LOST BY THAT. Where the new version serves well, do not run this.`]
      : []),
  ];
}

/** A run that is still alive looks at its epoch before everything it does. */
function nobodyElseActs({ table, state }: Situation): Step {
  const held = state.status === "held";
  return {
    title: "Nobody else acts",
    why: [
      "A run of ours that is still alive must not act any more: it ends when it finds a later epoch than its own.",
      held
        ? "This operation is held, so that its run has ended: only a decision would start another. Tell the others that you do it by hand."
        : "It may be in the middle of something: as long as its function may run, 120 seconds, is waited for.",
    ],
    commands: [
      aws("dynamodb", "update-item", {
        "table-name": table,
        key: { pk: { S: `operation#${state.id}` }, sk: { S: "meta" } },
        "update-expression": "SET epoch = epoch + :one",
        "condition-expression": "attribute_exists(pk)",
        "expression-attribute-values": { ":one": { N: "1" } },
      }),
      ...(held ? [] : [`sleep "\${QUIET_SECONDS:-120}"`]),
    ],
  };
}

function lockGoes({ table, state }: Situation): Step {
  return {
    title: "The target is free",
    why: [
      "Last of all: from here on operations may begin again. Where somebody else holds the lock by now, the condition fails, and that is well.",
      `${state.id} is listed as ${state.status} for good: nothing of ours has seen what you did here. Keep this script with the receipt.`,
    ],
    commands: [
      `${aws("dynamodb", "update-item", {
        "table-name": table,
        key: { pk: { S: `target#${state.target}` }, sk: { S: "lock" } },
        "update-expression": "REMOVE holder, requested",
        "condition-expression": "holder = :id",
        "expression-attribute-values": { ":id": { S: state.id } },
      })} || echo '   The lock is not of this operation any more' >&2`,
    ],
  };
}
