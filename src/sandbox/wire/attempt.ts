import { encodeOutput } from "./encode.ts";
import { wireError } from "./errors.ts";
import { readInput } from "./input.ts";
import type { WireRequest, WireResponse } from "./messages.ts";
import { type PassThrough, readPassedError } from "./pass-through.ts";
import type { Call } from "./router.ts";
import type { Service } from "./service.ts";
import type { Identity } from "./sigv4.ts";

/** A call to a service, whoever reads its parameters. */
export type Attempt = {
  service: Service;
  operation: string;
  /** Needs no signature. */
  anonymous: boolean;
  /** Throws what refuses the call: an unknown operation, a missing handler, an unreadable input. */
  read: () => { parameters: unknown; run: (identity: Identity | undefined) => Promise<Result> };
};

/** `outcome` is "ok" or the error's code. */
export type Result = { reply: WireResponse; outcome: string };

/** A call to a mounted service. */
export function mountedAttempt(call: Call, request: WireRequest, requestId: string): Attempt {
  const { mount, operation, name } = call;
  const { service } = mount;
  return {
    service,
    operation: name,
    anonymous: operation?.anonymous ?? false,
    read() {
      if (!operation) throw unknownOperation(service, name);
      const handler = mount.handlers[name];
      if (!handler) throw notImplemented(service, name);
      const parameters = readInput({ ...call, operation }, request);
      return {
        parameters,
        async run(identity) {
          const output = await handler(parameters as never, identity ?? ANONYMOUS);
          const reply = encodeOutput(service, operation, (output ?? {}) as Record<string, unknown>, requestId);
          return { reply, outcome: "ok" };
        },
      };
    },
  };
}

/** A call to a service that reads its own requests. */
export function passedAttempt({ service, handle, parameters }: PassThrough, request: WireRequest): Attempt {
  const operation = request.headers["x-amz-target"]?.slice(service.target.length + 1) ?? "";
  return {
    service,
    operation,
    anonymous: false,
    read: () => ({
      parameters: parameters(operation, request.body),
      async run() {
        const reply = await handle(request);
        return { reply, outcome: reply.status < 300 ? "ok" : readPassedError(reply) };
      },
    }),
  };
}

const unknownOperation = ({ protocol, id, version }: Service, name: string) =>
  wireError(
    protocol === "query" ? "InvalidAction" : "UnknownOperationException",
    400,
    `Could not find operation ${name} in ${id} ${version}`,
  );

const notImplemented = ({ id }: Service, name: string) =>
  wireError("NotImplemented", 501, `${id}:${name} is in the schema but has no handler here`);

const ANONYMOUS: Identity = { accessKeyId: "anonymous", region: "", service: "" };
