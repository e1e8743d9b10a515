import * as ecr from "@aws-sdk/client-ecr";
import { awsError } from "../../wire/errors.ts";
import type { Handlers } from "../../wire/handlers.ts";
import type { World } from "../world.ts";
import { type Images, MANIFEST_TYPE, type StoredImage } from "./images.ts";

const PAGE = 100;

/** ECR's view of the images: the repositories of the account's own registry. */
export function createEcr(world: Pick<World, "account" | "region">, images: Images): Handlers<typeof ecr> {
  const host = `${world.account}.dkr.ecr.${world.region}.amazonaws.com`;

  return {
    DescribeImages({ registryId = world.account, repositoryName = "", imageIds, filter, maxResults, nextToken }) {
      const stored = registryId === world.account ? images.repository(host, repositoryName) : undefined;
      if (!stored)
        throw awsError(
          ecr.RepositoryNotFoundException$,
          `The repository with name '${repositoryName}' does not exist in the registry with id '${registryId}'`,
        );
      const describe = ({ digest, tags, pushedAt, manifest }: StoredImage): ecr.ImageDetail => ({
        registryId,
        repositoryName,
        imageDigest: digest,
        imageTags: tags.length > 0 ? tags : undefined,
        imagePushedAt: pushedAt,
        imageSizeInBytes: Buffer.byteLength(manifest),
        imageManifestMediaType: MANIFEST_TYPE,
        artifactMediaType: "application/vnd.oci.image.config.v1+json",
      });

      if (imageIds?.length) {
        if (maxResults !== undefined || nextToken !== undefined)
          throw invalidParameter("maxResults and nextToken cannot be used with imageIds");
        const named = imageIds.map((id) => findImage(stored, id, { repositoryName, registryId }));
        return { imageDetails: [...new Set(named)].map(describe) };
      }
      const wanted = stored.filter(({ tags }) => matches(filter?.tagStatus, tags));
      const from = readToken(nextToken);
      const to = from + readPageSize(maxResults);
      return {
        imageDetails: wanted.slice(from, to).map(describe),
        nextToken: to < wanted.length ? Buffer.from(String(to)).toString("base64") : undefined,
      };
    },
  };
}

function findImage(
  stored: StoredImage[],
  { imageDigest, imageTag }: ecr.ImageIdentifier,
  { repositoryName, registryId }: { repositoryName: string; registryId: string },
): StoredImage {
  if (!imageDigest && !imageTag) throw invalidParameter("an image identifier needs an image tag or an image digest");
  const found = stored.find(
    ({ digest, tags }) => (!imageDigest || digest === imageDigest) && (!imageTag || tags.includes(imageTag)),
  );
  if (found) return found;
  throw awsError(
    ecr.ImageNotFoundException$,
    `The image with imageId {imageDigest:'${imageDigest ?? null}', imageTag:'${imageTag ?? null}'} does not exist within the repository with name '${repositoryName}' in the registry with id '${registryId}'`,
  );
}

function matches(status: ecr.TagStatus | undefined, tags: string[]): boolean {
  switch (status) {
    case "TAGGED":
      return tags.length > 0;
    case "UNTAGGED":
      return tags.length === 0;
    case "ANY":
    case undefined:
      return true;
    default:
      throw invalidParameter(`filter.tagStatus must satisfy enum value set: [TAGGED, UNTAGGED, ANY]`);
  }
}

function readPageSize(maxResults = PAGE): number {
  if (Number.isInteger(maxResults) && maxResults >= 1 && maxResults <= 1000) return maxResults;
  throw invalidParameter("maxResults must be between 1 and 1000");
}

function readToken(nextToken: string | undefined): number {
  const from = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, "base64").toString() || Number.NaN);
  if (Number.isInteger(from) && from >= 0) return from;
  throw invalidParameter("nextToken is not one of this operation's");
}

const invalidParameter = (message: string) => awsError(ecr.InvalidParameterException$, `Invalid parameter: ${message}`);
