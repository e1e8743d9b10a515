import type { WireRequest, WireResponse } from "../../wire/messages.ts";
import type { OpenRoute } from "../../wire/server.ts";
import { type ImageReference, parseImageReference } from "./image-reference.ts";
import { type Images, MANIFEST_TYPE } from "./images.ts";

/**
 * The pull side of the OCI distribution API, without authentication: `/v2/` and `/v2/NAME/manifests/REFERENCE`.
 *
 * Which registry a request means is in its Host header. A host that has no repository NAME serves it as a mirror does: NAME may begin with
 * the registry's own host (`/v2/ghcr.io/owner/app/manifests/1.0`), and is Docker Hub's without one.
 */
export function createOciRegistry(images: Images): OpenRoute {
  return (request) => {
    if (request.path !== "/v2" && !request.path.startsWith("/v2/")) return undefined;
    if (request.method !== "GET" && request.method !== "HEAD")
      return failure(405, "UNSUPPORTED", "The registry is read-only");
    if (request.path === "/v2" || request.path === "/v2/") return reply(200, "application/json", "{}");
    const [, name, reference] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(decodePath(request)) ?? [];
    if (!name || !reference) return failure(404, "UNSUPPORTED", "Only manifests are served here");
    return serveManifest(images, request.headers.host ?? "", name, reference);
  };
}

function serveManifest(images: Images, host: string, name: string, reference: string): WireResponse {
  const separator = reference.includes(":") ? "@" : ":";
  const candidates = [`${apiHostToName(host)}/${name}`, name]
    .map((repository) => parseImageReference(`${repository}${separator}${reference}`))
    .filter((parsed): parsed is ImageReference => parsed !== undefined);
  if (candidates.length === 0)
    return failure(400, "NAME_INVALID", `${name}${separator}${reference} is not a reference`);
  const known = candidates.find((parsed) => images.repository(parsed.host, parsed.repository));
  if (!known) return failure(404, "NAME_UNKNOWN", `repository name ${name} not known to registry`);
  const image = images.find(known);
  if (!image) return failure(404, "MANIFEST_UNKNOWN", `manifest ${reference} unknown`);
  return reply(200, MANIFEST_TYPE, image.manifest, { "docker-content-digest": image.digest });
}

/** Docker Hub's registry answers under another name than its references carry. */
const apiHostToName = (host: string) => (host === "registry-1.docker.io" ? "docker.io" : host);

function decodePath({ path }: WireRequest): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const failure = (status: number, code: string, message: string) =>
  reply(status, "application/json", JSON.stringify({ errors: [{ code, message, detail: {} }] }));

const reply = (status: number, type: string, body: string, headers: Record<string, string> = {}): WireResponse => ({
  status,
  headers: { "content-type": type, "docker-distribution-api-version": "registry/2.0", ...headers },
  body,
});
