import { createHash, timingSafeEqual } from "node:crypto";
import { wireError } from "./errors.ts";
import type { WireRequest } from "./messages.ts";
import { signatureOf } from "./signature.ts";

/** Who signed a request, and for which region and service. */
export type Identity = { accessKeyId: string; region: string; service: string; sessionToken?: string };

/** Looks an access key up; undefined where there is none of that id. */
export type Secrets = (accessKeyId: string) => { secretAccessKey: string; sessionToken?: string } | undefined;

export type Verification = {
  secrets: Secrets;
  /** What the credential scope must name; absent where anything will do. */
  scope?: { region?: string; service?: string };
  /** Milliseconds since the epoch. */
  nowMs: number;
};

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
const MAX_SKEW_MS = 5 * 60_000;

type Authorization = {
  identity: Identity;
  day: string;
  signedHeaders: string[];
  signature: string;
};

/** Reads the SigV4 Authorization header and, given the secrets, verifies it. Throws AWS's 403s. */
export function authenticate(request: WireRequest, verification?: Verification): Identity {
  const authorization = readAuthorization(request);
  if (verification) verify(request, authorization, verification);
  return authorization.identity;
}

function readAuthorization({ headers }: WireRequest): Authorization {
  if (!headers.authorization)
    throw wireError("MissingAuthenticationTokenException", 403, "Missing Authentication Token");
  const match = AUTHORIZATION.exec(headers.authorization);
  if (!match)
    throw wireError("IncompleteSignatureException", 403, "Authorization header is not a complete SigV4 signature");
  const [, accessKeyId = "", day = "", region = "", service = "", signedHeaders = "", signature = ""] = match;
  const sessionToken = headers["x-amz-security-token"];
  return {
    identity: { accessKeyId, region, service, sessionToken },
    day,
    signedHeaders: signedHeaders.split(";").sort(),
    signature,
  };
}

function verify(request: WireRequest, authorization: Authorization, { secrets, scope, nowMs }: Verification) {
  const { identity, day, signedHeaders, signature } = authorization;
  const { accessKeyId, sessionToken, region, service } = identity;
  const secret = secrets(accessKeyId);
  if (!secret || secret.sessionToken !== sessionToken)
    throw wireError("UnrecognizedClientException", 403, "The security token included in the request is invalid.");
  if (!signedHeaders.includes("host") || (sessionToken && !signedHeaders.includes("x-amz-security-token")))
    throw mismatch("host and x-amz-security-token must be signed");
  const date = request.headers["x-amz-date"] ?? "";
  if (!date.startsWith(day) || !(Math.abs(readDateMs(date) - nowMs) <= MAX_SKEW_MS))
    throw mismatch(`Signature expired or not yet current: ${date}`);
  if (scope?.service && scope.service !== service)
    throw mismatch(`Credential should be scoped to correct service: '${scope.service}'.`);
  if (scope?.region && scope.region !== region) throw mismatch("Credential should be scoped to a valid region.");
  const declaredHash = request.headers["x-amz-content-sha256"];
  if (declaredHash && declaredHash !== createHash("sha256").update(request.body).digest("hex"))
    throw mismatch("x-amz-content-sha256 does not match the body");
  const query = parseQuery(request.query);
  const { secretAccessKey } = secret;
  const expected = signatureOf(request, { day, region, service, secretAccessKey, signedHeaders, query });
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature)))
    throw mismatch("The request signature we calculated does not match the signature you provided.");
}

const mismatch = (message: string) => wireError("InvalidSignatureException", 403, message);

const COMPACT_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** NaN where it is none. */
function readDateMs(compact: string): number {
  const [, year, month, day, hours, minutes, seconds] = COMPACT_DATE.exec(compact)?.map(Number) ?? [];
  return Date.UTC(year ?? Number.NaN, (month ?? 0) - 1, day, hours, minutes, seconds);
}

/** Not the SDK's parseQueryString: it loses `flag` without "=" and everything after a value's second "=". */
function parseQuery(query: string): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const pair of query.split("&").filter(Boolean)) {
    const [key = "", value = ""] = pair.split(/=(.*)/s).map(decodeText);
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return Object.fromEntries(values);
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw mismatch(`${text} is not percent-encoded UTF-8`);
  }
}
