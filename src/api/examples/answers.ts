import type { OperationEvent } from "../../operations/event.ts";
import type { Plan } from "../../operations/plan.ts";
import { receiptOf } from "../../operations/receipt.ts";
import { fold } from "../../operations/state.ts";
import { waysOn } from "../../operations/ways-on.ts";
import { BYPASS_HEADER } from "../../procedures/conditions.ts";
import {
  type AnsweredOperation,
  type Bypass,
  type Diagnosis,
  operationHref,
  summaryOf,
  type TargetDetail,
  type TargetSummary,
} from "../schemas.ts";
import { check, closing, forecast, ID, logs, OLD_IMAGE, request, TARGET, time } from "./story.ts";

/** What the API answers about the operation of the examples, made of its log by the code that makes every answer. */
const answered = (events: OperationEvent[]): AnsweredOperation => {
  const state = fold(ID, events)!;
  const live = `/live/${ID}?key=1768528800.4kXv0m3uS9c1Zt7yqJ2nLw`;
  return { ...state, decisions: waysOn(state), live };
};

export const operations = {
  started: answered(logs.started),
  running: answered(logs.running),
  waiting: answered(logs.waiting),
  held: answered(logs.held),
  succeeded: answered(logs.succeeded),
};

export const receipt = receiptOf(operations.succeeded, logs.succeeded);
export const events = { operation: ID, events: logs.running.slice(-3), version: logs.running.length, more: false };

export const plan: Plan = {
  target: TARGET,
  request,
  checks: [check],
  mutations: [closing],
  waits: [{ phase: "close", until: "every address answers with the page", atMostSeconds: 60 }],
  forecast,
  irreversible: ["From the start of the leader on, the old version may not run on this data"],
  page: "We are doing maintenance. We expect to be back at about 02:10 UTC.",
  ok: true,
};

export const targetSummary: TargetSummary = {
  name: TARGET,
  app: "nocobase",
  url: "https://crm.example.com",
  heldBy: { id: ID, href: operationHref(ID) },
  href: `/v1/targets/${TARGET}`,
};
export const target: TargetDetail = {
  ...targetSummary,
  configuration: {
    app: "nocobase",
    cluster: "crm",
    services: [{ name: "crm-web", container: "app" }],
    database: { instance: "crm-db" },
  },
  operations: [summaryOf(operations.running)],
  live: { services: [{ name: "crm-web", desiredCount: 2, runningCount: 2, image: OLD_IMAGE }] },
};

export const diagnosis: Diagnosis = { ok: true, targets: [{ target: TARGET, ok: true, checks: [check], forecast }] };

export const bypass: Bypass = {
  operation: ID,
  url: "https://crm.example.com",
  header: { name: BYPASS_HEADER, value: "a-secret-of-this-window" },
  cidrs: ["198.51.100.0/24"],
  curl: `curl --header '${BYPASS_HEADER}: a-secret-of-this-window' 'https://crm.example.com'`,
};

/** The interval that a rollback of the finished operation would throw away. */
export const discards = { from: time(561) };

export const breakGlassExample = `#!/bin/sh
# ${TARGET}: upgrade to ${request.procedure === "upgrade" ? request.image : ""}, requested by ${operations.held.requestedBy.name} at ${time(0)}
# ANOTHER VERSION MAY HAVE CHANGED THE DATA: the old one must not run on it. It would say that it is well, and serve wrong data.
`;
