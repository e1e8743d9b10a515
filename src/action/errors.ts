import type { ProblemDocument } from "../api/problem.ts";

/** What came with a refusal: the API's own problem document, or a gateway's `message`, or nothing. */
export type ApiProblem = Partial<Omit<ProblemDocument, "code">> & { code?: string; message?: string };

/** The API answered, and the answer is no. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly status: number;
  readonly problem: ApiProblem;
  /** From the Retry-After header. */
  readonly retryAfterMs: number | undefined;
  constructor(what: string, answer: { status: number; problem: ApiProblem; retryAfterMs?: number }) {
    const { status, problem } = answer;
    const because = [problem.title ?? problem.message, problem.detail].filter(Boolean).join(": ") || "no reason given";
    const list = (problem.errors ?? []).map(
      ({ pointer, parameter, claim, message }) => `; ${pointer ?? parameter ?? claim ?? "request"}: ${message}`,
    );
    super(`${what} was answered ${status}: ${because}${list.join("")}${problem.fix ? ` (${problem.fix})` : ""}`);
    this.status = status;
    this.problem = problem;
    this.retryAfterMs = answer.retryAfterMs;
  }
}

/** Nothing came back from the API, or nothing that it could have said. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  readonly neverSent: boolean;
  constructor(message: string, { cause, neverSent = false }: { cause?: unknown; neverSent?: boolean } = {}) {
    super(message, { cause });
    this.neverSent = neverSent;
  }
}

/** The OIDC token of the job could not be had this time. */
export class NoIdToken extends Error {
  override readonly name = "NoIdToken";
}

/** The job may not ask for an OIDC token at all. */
export class IdTokenNotPermitted extends Error {
  override readonly name = "IdTokenNotPermitted";
}

/** A request that changes something was sent, and no answer says whether it did. The cause is why. */
export class AnswerUncertain extends Error {
  override readonly name = "AnswerUncertain";
  override readonly cause: Error;
  constructor(cause: Error) {
    super(cause.message);
    this.cause = cause;
  }
}

/** The runner told the process to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly signal: NodeJS.Signals;
  constructor(signal: NodeJS.Signals) {
    super(`the runner sent ${signal}`);
    this.signal = signal;
  }
}

/** 500 too: it is what an HTTP API of API Gateway answers when the function behind it crashed. */
const PASSING_STATUSES = new Set([429, 500, 502, 503, 504]);

/** Whether the same request may well succeed later. */
export const isPassing = (error: unknown): error is ApiRefusal | NoAnswer | NoIdToken =>
  error instanceof NoAnswer ||
  error instanceof NoIdToken ||
  (error instanceof ApiRefusal && PASSING_STATUSES.has(error.status));
