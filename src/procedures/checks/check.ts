import type { OperationRequest } from "../../operations/operation.ts";
import type { Target } from "../../targets/schema.ts";
import type { Discovery, Read } from "../discovery.ts";
import type { Reachability } from "../reachability.ts";

export type CheckInput = {
  target: Target;
  request: OperationRequest;
  discovery: Discovery;
  reachability: Reachability;
  operationId: string;
};
export type Finding = { outcome?: "passed" | "warned" | "failed"; found: string; fix?: string };
export type Check = {
  name: string;
  /** Where it says nothing of a target it is left out; every target otherwise. */
  concerns?: (target: Target) => boolean;
  looked: (input: CheckInput) => string;
  expected: string;
  /** Says something of the requested image alone: left out where a target is looked at for its own sake. */
  ofImage?: true;
  find: (input: CheckInput) => Finding;
};

export const ok = (found: string): Finding => ({ outcome: "passed", found });
export const warn = (found: string, fix: string): Finding => ({ outcome: "warned", found, fix });
export const fail = (found: string, fix: string): Finding => ({ outcome: "failed", found, fix });

/** Judges what was read; what could not be read fails the check with the reason. */
export const given = <Value>(read: Read<Value>, judge: (value: Value) => Finding): Finding =>
  read.ok ? judge(read.value) : fail(read.error, "Check the name in the configuration and the runbook's permissions");

/** Fails listing every offender, passes otherwise. */
export const none = <Item>(items: Item[], words: (item: Item) => string, otherwise: string, fix: string): Finding =>
  items.length ? fail(items.map(words).join("; "), fix) : ok(otherwise);
