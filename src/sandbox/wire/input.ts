import { decode, decodeMembers, WrongType } from "./decode.ts";
import { jsonFormat, parseJson } from "./decode-json.ts";
import { queryFormat, queryTree } from "./decode-query.ts";
import { textFormat } from "./decode-text.ts";
import { type AwsError, wireError } from "./errors.ts";
import type { WireRequest } from "./messages.ts";
import type { Call } from "./router.ts";
import type { Operation } from "./service.ts";

/** What the handler gets. Throws the service's own words for values of the wrong type and for absent required members. */
export function readInput(call: Call & { operation: Operation }, request: WireRequest): unknown {
  if (!call.operation.input.isStructSchema()) return {};
  const missing: string[] = [];
  const input = readChecked(call, request, missing);
  if (missing.length > 0) throw (call.mount.missing ?? memberMustNotBeNull)(missing);
  return input;
}

function readChecked(call: Call & { operation: Operation }, request: WireRequest, missing: string[]): unknown {
  const { operation, form, labels, mount } = call;
  try {
    if (form) return decode(queryFormat, operation.input, queryTree(form), "", missing);
    if (mount.service.protocol === "json")
      return decode(jsonFormat(false), operation.input, parseJson(request.body), "", missing);
    return readRest(operation, labels, request, missing);
  } catch (error) {
    if (!(error instanceof WrongType)) throw error;
    throw wireError(form ? "MalformedInput" : "SerializationException", 400, error.message);
  }
}

function readRest(
  operation: Operation,
  labels: Record<string, string>,
  request: WireRequest,
  missing: string[],
): unknown {
  const query = new URLSearchParams(request.query);
  const format = jsonFormat(true);
  const bound = ["httpLabel", "httpQuery", "httpHeader", "httpPayload"] as const;
  const hasBody = [...operation.input.structIterator()].some(
    ([, member]) => !bound.some((trait) => member.getMergedTraits()[trait]),
  );
  const body = hasBody ? parseJson(request.body) : {};
  return decodeMembers(
    operation.input,
    (name, member) => {
      const { httpLabel, httpQuery, httpHeader, httpPayload } = member.getMergedTraits();
      if (httpLabel) return [textFormat, labels[name]];
      if (httpQuery) {
        const several = member.isListSchema() && query.has(httpQuery);
        return [textFormat, several ? query.getAll(httpQuery) : query.get(httpQuery)];
      }
      if (httpHeader) return [textFormat, request.headers[httpHeader.toLowerCase()]];
      if (!httpPayload) return [format, format.member(body, name, member)];
      if (request.body.length === 0) return [format, undefined];
      if (member.isBlobSchema()) return [{ ...format, scalar: (bytes) => bytes }, request.body];
      return [format, parseJson(request.body)];
    },
    "",
    missing,
  );
}

const memberMustNotBeNull = (paths: string[]): AwsError =>
  wireError(
    "ValidationException",
    400,
    `${paths.length} validation error${paths.length > 1 ? "s" : ""} detected: ${paths
      .map((path) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`)
      .join("; ")}`,
  );
