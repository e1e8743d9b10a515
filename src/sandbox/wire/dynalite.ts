import { crc32 } from "node:zlib";
import { actions, validations } from "./dynalite-parts.ts";
import { createDynaliteStore, type DynaliteOptions } from "./dynalite-store.ts";
import { countInFlight } from "./in-flight.ts";
import { asBuffer, type Handle, type WireRequest, type WireResponse } from "./messages.ts";

export type { DynaliteOptions } from "./dynalite-store.ts";

/** A refusal in DynamoDB's words, as dynalite throws it or hands it on. */
type Refusal = { statusCode: number; body: object };

/**
 * dynalite without its server: what it makes of a request's parameters, on tables in memory. The signature has been checked by whoever hands
 * a request on. Rejects with whatever dynalite throws that is no refusal.
 */
export function dynaliteHandle(options: DynaliteOptions = {}): Handle {
  const store = createDynaliteStore(options);

  const perform = (action: string, body: unknown) =>
    new Promise<object>((resolve, reject) => {
      const { types, custom } = actions[action]!.validation;
      const parameters = validations.checkTypes(body, types);
      validations.checkValidations(parameters, types, custom, store);
      actions[action]!.run(store, parameters, (error, result) => (error ? reject(error) : resolve(result ?? {})));
    });

  async function answer(request: WireRequest): Promise<WireResponse> {
    const operation = request.headers["x-amz-target"]?.split(".")[1] ?? "";
    const action = operation.charAt(0).toLowerCase() + operation.slice(1);
    if (!Object.hasOwn(actions, action)) return reply(request, 400, service("UnknownOperationException"));
    const body = parse(request.body);
    if (body === undefined) return reply(request, 400, service("SerializationException"));
    try {
      return reply(request, 200, await perform(action, body));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return reply(request, error.statusCode, error.body);
    }
  }
  return (request) => countInFlight(() => answer(request));
}

function reply({ headers }: WireRequest, status: number, body: object): WireResponse {
  const text = JSON.stringify(body);
  const isJson10 = headers["content-type"]?.startsWith("application/x-amz-json-1.0");
  return {
    status,
    headers: {
      "content-type": isJson10 ? "application/x-amz-json-1.0" : "application/json",
      "x-amz-crc32": String(crc32(text)),
    },
    body: text,
  };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(asBuffer(body).toString());
  } catch {
    return undefined;
  }
}

const service = (code: string) => ({ __type: `com.amazon.coral.service#${code}` });

const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Error && "statusCode" in error && "body" in error;
