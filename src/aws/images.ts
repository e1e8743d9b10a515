import { DescribeImagesCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { z } from "zod";
import { ecrOf, type ImageReference, parseImageReference } from "../operations/image-reference.ts";
import { OperationError } from "../operations/operation-error.ts";
import { isAwsError } from "./errors.ts";

export type Images = ReturnType<typeof createImages>;

const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Finds the digest that a reference stands for now: in ECR by its API, elsewhere by the OCI distribution API. */
export function createImages({ ecr, fetch }: { ecr: ECRClient; fetch: typeof globalThis.fetch }) {
  async function fromEcr(reference: ImageReference, account: string): Promise<string> {
    const imageId = reference.digest ? { imageDigest: reference.digest } : { imageTag: reference.tag };
    try {
      const { imageDetails: [image] = [] } = await ecr.send(
        new DescribeImagesCommand({ registryId: account, repositoryName: reference.repository, imageIds: [imageId] }),
      );
      if (image) return digestOf(reference, image.imageDigest);
    } catch (error) {
      if (!isAwsError(error, "ImageNotFoundException", "RepositoryNotFoundException")) throw error;
    }
    throw notFound(reference);
  }

  async function fromRegistry(reference: ImageReference): Promise<string> {
    const host = reference.registry === "docker.io" ? "registry-1.docker.io" : reference.registry;
    // Docker's own rule: registries on the loopback interface speak plain HTTP.
    const scheme = isLoopback(host) ? "http" : "https";
    const url = `${scheme}://${host}/v2/${reference.repository}/manifests/${reference.digest ?? reference.tag}`;
    const ask = (headers: Record<string, string>) =>
      followed(new URL(url), { method: "HEAD", headers: { accept: MANIFESTS, ...headers } }, fetch);
    let answer = await ask({});
    if (answer.status === 401)
      answer = await ask({
        authorization: `Bearer ${await anonymousToken(answer.headers.get("www-authenticate") ?? "", { host, fetch })}`,
      });
    if (answer.status === 404) throw notFound(reference);
    const digest = answer.headers.get("docker-content-digest");
    if (!answer.ok || digest === null)
      throw new Error(
        `${host} answered ${answer.status} for ${reference.repository}, expected 200 with a docker-content-digest`,
      );
    return digestOf(reference, digest);
  }

  return {
    async digest(text: string): Promise<string> {
      const reference = parseImageReference(text);
      if (!reference)
        throw new OperationError(`"${text}" is no image reference`, {
          code: "bad-image",
          hint: "Give registry/repository:tag or registry/repository@sha256:…",
        });
      const ecrRegistry = ecrOf(reference);
      return ecrRegistry ? fromEcr(reference, ecrRegistry.account) : fromRegistry(reference);
    },
  };
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Nodes run what this says: it must be a digest, and the one that was asked for by its digest no other. */
function digestOf({ registry, repository, digest: wanted }: ImageReference, found: unknown): string {
  if (typeof found === "string" && DIGEST.test(found) && (wanted === undefined || found === wanted)) return found;
  throw new Error(
    `expected ${registry} to say ${wanted ? `that ${repository} has ${wanted}` : `the digest of ${repository}`}, found ${JSON.stringify(found) ?? "nothing"}`,
  );
}

const notFound = ({ registry, repository, tag, digest }: ImageReference) =>
  new OperationError(`${registry} has no image ${repository}${digest ? `@${digest}` : `:${tag}`}`, {
    code: "image-not-found",
    hint: "Push the image, or correct its name. Private registries other than ECR must let the runbook read manifests without credentials.",
  });

const token = z.string().min(1);
const tokenSchema = z.union([
  z.object({ token }).transform((answer) => answer.token),
  z.object({ access_token: token }).transform((answer) => answer.access_token),
]);

/** The token flow of the distribution API: the registry says where to ask, anonymously. */
async function anonymousToken(
  challenge: string,
  { host, fetch }: { host: string; fetch: typeof globalThis.fetch },
): Promise<string> {
  const parts = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]));
  if (!parts.realm)
    throw new Error(
      `the registry asks for credentials that the runbook does not have (${challenge || "no challenge"})`,
    );
  const url = URL.parse(parts.realm);
  if (!url || !mayLead(host, url)) throw leadsAside(host, parts.realm);
  for (const key of ["service", "scope"]) if (parts[key]) url.searchParams.set(key, parts[key]);
  const answer = await followed(url, {}, fetch);
  const given = tokenSchema.safeParse(await answer.json().catch(() => undefined));
  if (!given.success)
    throw new Error(`expected an anonymous token of ${url.host}, found an answer without one (${answer.status})`);
  return given.data;
}

const isLoopback = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(host);

/**
 * Whoever may plan may name a registry, and that registry says where to ask further. Inside Lambda everything worth asking that is not meant for
 * the outside (the runtime's own API, the endpoint of credentials) speaks plain HTTP, so what is not on this machine leads to HTTPS alone.
 */
const mayLead = (host: string, to: URL): boolean =>
  to.protocol === "https:" || (isLoopback(host) && isLoopback(to.host));

const leadsAside = (host: string, to: string): Error =>
  new Error(`${host} leads to ${to}, expected an address with https`);

const MOST_REDIRECTS = 3;

async function followed(url: URL, init: RequestInit, fetch: typeof globalThis.fetch): Promise<Response> {
  let at = url;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    // What is meant for a registry is not told to whom it leads to.
    const headers = new Headers(init.headers);
    if (at.host !== url.host) headers.delete("authorization");
    const answer = await fetch(at.href, {
      ...init,
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
    });
    const location = answer.headers.get("location");
    if (answer.status < 300 || answer.status > 399 || location === null) return answer;
    const next = URL.parse(location, at.href);
    if (!next || !mayLead(url.host, next)) throw leadsAside(url.host, location);
    at = next;
  }
  throw new Error(`${url.host} redirects more than ${MOST_REDIRECTS} times`);
}
