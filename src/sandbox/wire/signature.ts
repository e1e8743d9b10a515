import { hash } from "node:crypto";
import type { WireRequest } from "./messages.ts";
import { hmacSha256 } from "./sha256.ts";

export type Scope = { day: string; region: string; service: string };
export type Signed = Scope & { secretAccessKey: string; signedHeaders: string[]; query: Record<string, string[]> };

/**
 * The SigV4 signature that a request should have, in hexadecimal. The SDK has a signer too, but what a client does once a call is here done
 * again for each, and half of the time that a simulated call takes must not go into it.
 */
export function signatureOf(request: WireRequest, signed: Signed): string {
  const { day, region, service, secretAccessKey } = signed;
  const toSign = [
    "AWS4-HMAC-SHA256",
    request.headers["x-amz-date"] ?? "",
    `${day}/${region}/${service}/aws4_request`,
    hash("sha256", canonicalRequest(request, signed), "hex"),
  ].join("\n");
  return Buffer.from(hmacSha256(signingKey(secretAccessKey, { day, region, service }), toSign)).toString("hex");
}

function canonicalRequest({ method, path, headers, body }: WireRequest, { service, signedHeaders, query }: Signed) {
  return [
    method,
    service === "s3" ? path : canonicalPath(path),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${canonicalValue(headers[name] ?? "")}`),
    "",
    signedHeaders.join(";"),
    headers["x-amz-content-sha256"] ?? hash("sha256", body, "hex"),
  ].join("\n");
}

/** Normalised and escaped a second time, as every service but S3 has it. */
function canonicalPath(path: string): string {
  if (path === "/") return path;
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  const isDirectory = segments.length > 0 && path.endsWith("/");
  return escapeUri(`${path.startsWith("/") ? "/" : ""}${segments.join("/")}${isDirectory ? "/" : ""}`).replaceAll(
    "%2F",
    "/",
  );
}

const canonicalQuery = (query: Record<string, string[]>): string =>
  Object.entries(query)
    .filter(([name]) => name.toLowerCase() !== "x-amz-signature")
    .map(([name, values]) => [escapeUri(name), values] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, values]) =>
      values
        .map((value) => `${name}=${escapeUri(value)}`)
        .sort()
        .join("&"),
    )
    .join("&");

const canonicalValue = (value: string): string => value.replace(/[\r\n\t ]+/g, " ").replace(/^ | $/g, "");

const escapeUri = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

const MOST_KEYS = 100;
const keys = new Map<string, Uint8Array>();

/** The same for a day, so that it is kept. */
function signingKey(secretAccessKey: string, { day, region, service }: Scope): Uint8Array {
  const name = [secretAccessKey, day, region, service].join("\n");
  const known = keys.get(name);
  if (known) return known;
  const key = [day, region, service, "aws4_request"].reduce<Uint8Array>(
    hmacSha256,
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  if (keys.size >= MOST_KEYS) keys.clear();
  keys.set(name, key);
  return key;
}
