import type { OperationRequest, ProcedureName } from "../../operations/operation.ts";
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
  /** Says something of a new image alone: left out where a target is looked at for its own sake, and of all but upgrades. */
  ofImage?: true;
  /** The procedures that it concerns; all of them where this is missing. */
  of?: readonly ProcedureName[];
  /** Where a failure is no reason against it, but something to know: a rollback is wanted because something is wrong. */
  onlyWarns?: readonly ProcedureName[];
  find: (input: CheckInput) => Finding;
};

export const ok = (found: string): Finding => ({ outcome: "passed", found });
export const warn = (found: string, fix: string): Finding => ({ outcome: "warned", found, fix });
export const fail = (found: string, fix: string): Finding => ({ outcome: "failed", found, fix });

/** Judges what was read; what could not be read fails the check with the reason. */
export const given = <Value>(read: Read<Value>, judge: (value: Value) => Finding): Finding =>
  read.ok ? judge(read.value) : fail(read.error, "Check the name in the configuration and the runbook's permissions");

/** What was read, or that it was not. */
export const shown = (read: Read<string>): string => (read.ok ? read.value : "an unknown image");

/** Fails listing every offender, passes otherwise. */
export const none = <Item>(items: Item[], words: (item: Item) => string, otherwise: string, fix: string): Finding =>
  items.length ? fail(items.map(words).join("; "), fix) : ok(otherwise);
