// Who sent this request? Reads the SigV4 Authorization header and, given a way to look secrets up, verifies it.
import { createHash, timingSafeEqual } from "node:crypto";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import type { WireRequest } from "./server.ts";
import { wireError } from "./service.ts";

export type Identity = { accessKeyId: string; region: string; service: string; sessionToken?: string };
export type Secrets = (accessKeyId: string) => { secretAccessKey: string; sessionToken?: string } | undefined;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
const MAX_SKEW_MS = 5 * 60_000;

export async function authenticate(request: WireRequest, secrets?: Secrets, now = Date.now()): Promise<Identity> {
  const header = request.headers.authorization;
  if (!header) throw wireError("MissingAuthenticationTokenException", 403, "Missing Authentication Token");
  const match = AUTHORIZATION.exec(header);
  if (!match)
    throw wireError("IncompleteSignatureException", 403, "Authorization header is not a complete SigV4 signature");
  const [, accessKeyId, day, region, service, signedHeaders, signature] = match as unknown as string[] & {
    length: 7;
  } as [string, string, string, string, string, string, string];
  const sessionToken = request.headers["x-amz-security-token"];
  const identity = { accessKeyId, region, service, sessionToken };
  if (!secrets) return identity;

  const secret = secrets(accessKeyId);
  if (!secret || secret.sessionToken !== sessionToken)
    throw wireError("UnrecognizedClientException", 403, "The security token included in the request is invalid.");
  const names = signedHeaders.split(";");
  if (!names.includes("host") || (sessionToken && !names.includes("x-amz-security-token")))
    throw mismatch("host and x-amz-security-token must be signed");
  const date = request.headers["x-amz-date"] ?? "";
  const signingDate = new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!date.startsWith(day) || !(Math.abs(signingDate.getTime() - now) <= MAX_SKEW_MS))
    throw mismatch(`Signature expired or not yet current: ${date}`);
  const declaredHash = request.headers["x-amz-content-sha256"];
  if (declaredHash && declaredHash !== createHash("sha256").update(request.body).digest("hex"))
    throw mismatch("x-amz-content-sha256 does not match the body");

  const signer = new SignatureV4({
    credentials: { accessKeyId, ...secret, sessionToken: undefined },
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
    uriEscapePath: service !== "s3",
  });
  const unsigned = new HttpRequest({
    method: request.method,
    path: request.path,
    query: parseQuery(request.query),
    headers: Object.fromEntries(names.map((name) => [name, request.headers[name] ?? ""])),
    body: request.body,
  });
  const signed = await signer.sign(unsigned, { signingDate, signableHeaders: new Set(names) });
  const expected = AUTHORIZATION.exec(signed.headers.authorization ?? "")![6]!;
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature)))
    throw mismatch("The request signature we calculated does not match the signature you provided.");
  return identity;
}
const mismatch = (message: string) => wireError("InvalidSignatureException", 403, message);

// Not the SDK's parseQueryString: it loses `flag` without "=" and everything after a value's second "=".
function parseQuery(query: string): Record<string, string[]> {
  const values: Record<string, string[]> = Object.create(null);
  for (const pair of query.split("&").filter(Boolean)) {
    const [key = "", value = ""] = pair.split(/=(.*)/s).map(decodeText);
    (values[key] ??= []).push(value);
  }
  return { ...values };
}
function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw mismatch(`${text} is not percent-encoded UTF-8`);
  }
}
