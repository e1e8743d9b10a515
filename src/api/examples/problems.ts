import type { ProblemCode, ProblemDocument, ProblemExtensions } from "../problem.ts";
import { problemDetail, problemType, problemTypes } from "../problem.ts";
import { operationHref } from "../schemas.ts";
import { discards, operations } from "./answers.ts";
import { ID, TARGET } from "./story.ts";

type Case = { detail: string } & ProblemExtensions;

/** One case of each problem, as it is answered. */
const cases: Record<ProblemCode, Case> = {
  unauthenticated: { detail: "There is no `authorization` header." },
  "invalid-token": { detail: "The token has expired." },
  "not-allowed": {
    detail: `No rule of ${TARGET} allows this.`,
    errors: [problemDetail({ claim: "environment" }, { expected: '"production"', found: '"staging"' })],
  },
  "no-such-route": { detail: "GET /v1/target: there is nothing at this address." },
  "unknown-target": { detail: 'There is no target "crm-prod" that you may see.' },
  "unknown-operation": { detail: `There is no operation ${ID} that you may see.` },
  "invalid-live-link": { detail: "The link shows nothing." },
  "method-not-allowed": { detail: "DELETE is not answered here." },
  "body-too-large": { detail: "The body has more than 65536 bytes." },
  "wrong-content-type": { detail: "The body is declared as text/plain." },
  "invalid-json": { detail: "Unexpected token at position 12." },
  "invalid-parameter": {
    detail: "The request has 1 problem.",
    errors: [problemDetail({ parameter: "wait" }, { expected: "a whole number from 0 to 20", found: '"soon"' })],
  },
  "idempotency-key-required": { detail: "There is no `idempotency-key` header." },
  "idempotency-key-reused": { detail: `The key was first used for operation ${ID}.`, operation: ID },
  "invalid-request": {
    detail: "The body has 1 problem.",
    errors: [
      problemDetail(
        { pointer: "/imgae" },
        {
          expected: "one of the keys procedure, image, version",
          found: 'unknown key "imgae"',
          hint: 'did you mean "image"?',
        },
      ),
    ],
  },
  "target-locked": {
    detail: `Operation ${ID} holds the target.`,
    holder: { id: ID, href: operationHref(ID) },
  },
  "target-frozen": { detail: `${TARGET} is frozen: year-end closing.` },
  "operation-over": { detail: "The operation ended as succeeded." },
  "nothing-to-decide": {
    detail: "`proceed` leads nowhere while the operation is running.",
    ways: operations.running.decisions,
  },
  "another-must-decide": {
    detail: `"proceed" must be decided by somebody else than acme/crm (octocat). It was asked for by acme/crm (octocat).`,
    operation: ID,
    errors: [
      problemDetail(
        { claim: "actor_id" },
        { expected: "somebody else than acme/crm (octocat)", found: "acme/crm (octocat)" },
      ),
    ],
  },
  "confirm-discard": { detail: `What was written since ${discards.from} would be lost.`, discards },
  "confirm-data": { detail: "What ran before would start on the data as it is.", data: "as-it-is" },
  "no-bypass": { detail: "The operation ended as succeeded, and its bypass with it." },
  "operation-not-settled": { detail: "The operation is running.", operation: ID },
  "identity-provider-unavailable": { detail: "The keys of the issuer could not be read." },
  "cloud-unavailable": { detail: "AWS answered with ThrottlingException.", cause: { code: "ThrottlingException" } },
  "engine-unavailable": { detail: "The runbook could not be started." },
  "unreadable-record": {
    detail: `The record operation#${ID} / event#000007 cannot be read: expected event as this version writes it, found type: Invalid input.`,
  },
  internal: { detail: "Something failed that should not have." },
};

export const problemExample = (code: ProblemCode): ProblemDocument => {
  const { status, title, fix } = problemTypes[code];
  const instance = "urn:intermission:request:5c2a1f4e9b7d";
  return { type: problemType(code), code, title, status, fix, instance, ...cases[code] };
};
