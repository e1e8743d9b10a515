import type { Clock } from "../../clock.ts";
import { mapMembers } from "../wire/map-members.ts";

/**
 * What really happened in the sandbox, in order. Code under test cannot write here: the checker judges it by this log alone,
 * so an event is appended by the piece of the sandbox that did the thing, at the moment it did it.
 */
export type SandboxEvent = { seq: number; at: string } & SandboxFact;

export type SandboxFact =
  /**
   * An API call reached a service. `outcome` is "ok" or AWS's error code, which `: ACTION on RESOURCE` follows where a permission was
   * missing; `fault` names an injected fault. RequestTimeout and ConnectionReset are faults that left the call without effect and its caller
   * without an answer; a lost answer's call is "ok".
   */
  | {
      kind: "call";
      service: string;
      operation: string;
      caller: string;
      parameters: unknown;
      outcome: string;
      fault?: string;
    }
  /** An ECS service changed: counts, revision, a deployment's rollout state, an event message. */
  | {
      kind: "service";
      serviceArn: string;
      change: "created" | "updated" | "deployment" | "message";
      desiredCount: number;
      taskDefinitionArn: string;
      rolloutState?: string;
      message?: string;
    }
  /** A task moved on in its life cycle. `group` is `service:NAME` or `family:NAME`. */
  | {
      kind: "task";
      taskArn: string;
      group: string;
      taskDefinitionArn: string;
      lastStatus: string;
      desiredStatus: string;
      startedBy?: string;
      stopCode?: string;
      stoppedReason?: string;
      healthStatus?: string;
    }
  /** A container's process started (its code may run from here on) or ended (it cannot run any more). */
  | {
      kind: "container";
      change: "started" | "signalled" | "ended";
      taskArn: string;
      group: string;
      taskDefinitionArn: string;
      container: string;
      image: string;
      imageDigest: string;
      address: string;
      /** Where it has no address of its own: its instance, and its ports there. */
      onInstance?: { id: string; ports: number[] };
      environment?: Record<string, string>;
      signal?: string;
      exitCode?: number;
    }
  /** A listener's rules as the API accepted them, or as one address of the load balancer now evaluates them. */
  | {
      kind: "rules";
      change: "accepted" | "in-force";
      listenerArn: string;
      address?: string;
      operation?: string;
      ruleArn?: string;
    }
  /** A request that a load balancer answered: by itself, or by a target. `startedAt` is when it was routed. */
  | {
      kind: "request";
      startedAt: string;
      listenerArn: string;
      address: string;
      /** Where it came from, as the load balancer saw it. */
      from?: string;
      host: string;
      method: string;
      path: string;
      headers: Record<string, string>;
      ruleArn: string;
      action:
        | "forward"
        | "fixed-response"
        | "redirect"
        | "authenticate-oidc"
        | "authenticate-cognito"
        | "jwt-validation";
      target?: { targetGroupArn: string; id: string; port: number };
      status: number;
      /** The connection is a websocket from here on, pinned to its target until it ends. */
      upgraded?: true;
    }
  /** An upgraded connection ended. `request` is the sequence number of the request that upgraded it. */
  | { kind: "upgrade-ended"; request: number; listenerArn: string; address: string }
  /** A target of a target group changed its health state (initial, healthy, unhealthy, draining, unused) or was registered or deregistered. */
  | {
      kind: "target";
      targetGroupArn: string;
      id: string;
      port: number;
      change: "registered" | "deregistered" | "health";
      state?: string;
      reason?: string;
      by?: "service" | "caller";
    }
  /** A database instance or cluster changed status or name, or a proxy (`proxy:NAME`) what it reaches. `generation` counts the data: a restore begins a new one. */
  | {
      kind: "database";
      identifier: string;
      /** Immutable, kept on rename. Members of a cluster have the cluster's generation, each its own resource id. */
      resourceId?: string;
      change: "created" | "status" | "renamed" | "deleted";
      status: string;
      generation: string;
      endpoint?: string;
      /** Further ones that reach the data: a cluster's readers, a name it had before that some resolvers still know. */
      otherEndpoints?: string[];
      /** Why, where nobody asked for it: a failure, a crash. */
      reason?: string;
    }
  /** A snapshot's status. `contentAt` is the moment whose data it holds. */
  | {
      kind: "snapshot";
      identifier: string;
      of: string;
      status: string;
      percent: number;
      generation: string;
      contentAt: string;
    }
  | {
      kind: "scaling";
      resourceId: string;
      change: "registered" | "adjusted";
      minCapacity: number;
      maxCapacity: number;
      suspended: { in: boolean; out: boolean; scheduled: boolean };
      desiredCount?: number;
    }
  /** A function's invocation or a durable execution's status. */
  | {
      kind: "function";
      functionName: string;
      change: "invoked" | "returned" | "crashed" | "timed-out" | "killed";
      requestId: string;
      error?: string;
    }
  | { kind: "execution"; executionArn: string; status: string }
  /** An event that a caller has put on one of EventBridge's buses. */
  | { kind: "bus-event"; bus: string; source: string; detailType: string; resources: string[]; detail: object };

export type EventLog = {
  append(fact: SandboxFact): SandboxEvent;
  /** Every event after `seq`, oldest first. */
  after(seq?: number): SandboxEvent[];
  /** Calls back on each further event until the returned function is called. */
  subscribe(listener: (event: SandboxEvent) => void): () => void;
};

export function createEventLog(clock: Clock): EventLog {
  const events: SandboxEvent[] = [];
  const listeners = new Set<(event: SandboxEvent) => void>();
  let last = { ms: Number.NaN, at: "" };
  /** Much happens at one moment, and to word a moment takes longer than all the rest. */
  const wordNow = () => {
    const ms = clock.now();
    if (ms !== last.ms) last = { ms, at: new Date(ms).toISOString() };
    return last.at;
  };
  return {
    append(fact) {
      const event: SandboxEvent = { seq: events.length + 1, at: wordNow(), ...copyOf(fact) };
      events.push(event);
      for (const listener of listeners) listener(event);
      return event;
    },
    after: (seq = 0) => events.slice(seq),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Of plain data, which is all that facts are made of; structuredClone takes several times as long. */
function copyOf<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as Value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return structuredClone(value);
  return mapMembers(value, copyOf) as Value;
}
