import { discardsFrom } from "../../operations/discards-from.ts";
import type { RollbackRequest } from "../../operations/operation.ts";
import { wordsFor } from "../../operations/request-words.ts";
import { shortName } from "../planned.ts";
import { type Check, type CheckInput, fail, given, none, ok } from "./check.ts";

const ROLLBACK = ["rollback"] as const;
const requestOf = ({ request }: CheckInput) => request as RollbackRequest;

/** Whether there is something to go back to, and whether somebody knows what is lost by it. */
export const rollbackChecks: Check[] = [
  {
    name: "can-be-taken-back",
    of: ROLLBACK,
    looked: (input) => `operation ${requestOf(input).of}`,
    expected: "the last operation that succeeded here, with a snapshot and what was before it",
    find: ({ discovery: { earlier, lastSuccess } }) => {
      if (!earlier.ok)
        return fail(
          earlier.error,
          "Name an operation of this target that took a snapshot: GET /v1/operations lists them",
        );
      return given(lastSuccess, (last) => {
        const { operation, snapshot } = earlier.value!;
        const found = `${wordsFor(operation.request)}, ${operation.status}, snapshot ${snapshot}`;
        if (operation.status !== "succeeded")
          return fail(
            found,
            "Only what succeeded is taken back: everything else has gone back already, or waits for a decision",
          );
        if (last?.id !== operation.id)
          return fail(
            `${found}; since then ${last?.id} (${last && wordsFor(last.request)}) succeeded`,
            "Take that one back first",
          );
        return ok(found);
      });
    },
  },
  {
    name: "discards-are-confirmed",
    of: ROLLBACK,
    looked: () => "`discards` of the request, beside when visitors wrote to the new version",
    expected: "the begin of the interval whose writes are thrown away, where there is one",
    find: (input) =>
      given(input.discovery.earlier, (earlier) => {
        const from = earlier && discardsFrom(earlier.operation);
        if (from === undefined) return ok("nobody has written since");
        const { discards } = requestOf(input);
        return discards && Date.parse(discards.from) === Date.parse(from)
          ? ok(`confirmed: every write since ${from}`)
          : fail(
              `visitors have written since ${from}, and ${discards ? `${discards.from} was confirmed` : "nobody confirmed that this is lost"}`,
              `If these writes may be lost, ask with \`discards: { from: "${from}" }\`. They stay in the database that is put aside`,
            );
      }),
  },
  {
    name: "old-revisions-are-there",
    of: ROLLBACK,
    looked: () => "the task definitions that ran before",
    expected: "every one ACTIVE: an inactive one starts no task",
    find: ({ discovery }) =>
      given(discovery.oldRevisions, (revisions) =>
        none(
          revisions.filter(({ status }) => status !== "ACTIVE"),
          ({ arn, status }) => `${shortName(arn)} is ${status}`,
          revisions.map(({ arn }) => shortName(arn)).join(", "),
          "Register a revision with the same content, and take the operation back by hand (docs/break-glass.md)",
        ),
      ),
  },
  {
    name: "old-image-is-there",
    of: ROLLBACK,
    looked: () => "the images that ran before, in their registry",
    expected: "every one still there, by its digest",
    find: ({ discovery }) =>
      given(discovery.oldImages, (images) =>
        none(
          images.filter(({ problem }) => problem !== undefined),
          ({ image, problem }) => `${image}: ${problem}`,
          images.map(({ image }) => image).join(", ") || "none known",
          "Push the image again under its digest, or it cannot start",
        ),
      ),
  },
];
