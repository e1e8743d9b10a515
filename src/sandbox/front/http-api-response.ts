export type HttpApiResponse = {
  status: number;
  /** Names in lower case. Only set-cookie has several values. */
  headers: Record<string, string | string[]>;
  body: Uint8Array;
};

/** What API Gateway says by itself. */
export const gatewayMessage = (status: number, message: string): HttpApiResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: Buffer.from(JSON.stringify({ message })),
});

const malformed = () => gatewayMessage(500, "Internal Server Error");

/**
 * A function's result, read as payload format 2.0: with a `statusCode` it is a response; without one the whole result is the body of
 * a 200, valid JSON or not, as observed on real HTTP APIs. A response that makes no sense is a 500.
 */
export function httpApiResponse(payload: string): HttpApiResponse {
  const result = parse(payload);
  if (!isObject(result) || !("statusCode" in result))
    return { status: 200, headers: { "content-type": "application/json" }, body: Buffer.from(payload) };

  const status = Number(result.statusCode);
  const { headers = {}, cookies = [], body = "", isBase64Encoded = false } = nullsAbsent(result);
  if (!Number.isInteger(status) || status < 100 || status > 599) return malformed();
  if (!isObject(headers) || !Object.values(headers).every(isScalar)) return malformed();
  if (!Array.isArray(cookies) || !cookies.every((cookie): cookie is string => typeof cookie === "string"))
    return malformed();
  if (typeof body !== "string") return malformed();

  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    status,
    headers: {
      "content-type": "text/plain;charset=UTF-8",
      ...Object.fromEntries(named.filter(([name]) => name !== "content-length")),
      ...(cookies.length > 0 && { "set-cookie": cookies }),
    },
    body: Buffer.from(body, isBase64Encoded === true ? "base64" : "utf8"),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isScalar = (value: unknown) => ["string", "number", "boolean"].includes(typeof value);
const nullsAbsent = (value: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
