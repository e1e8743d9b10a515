import type { OperationRequest } from "../../operations/operation.ts";
import { wordsFor } from "../../operations/request-words.ts";

/** Text for everybody who has a link: without the numbers of accounts that ARNs and registries carry, and without the databases' addresses. */
export const plainNames = (text: string): string =>
  text
    .replace(/\barn:aws[\w-]*:[\w-]*:[\w-]*:\d*:/g, "")
    .replace(/ at [\w.-]+\.rds\.amazonaws\.com(?:\.cn)?\b/g, "")
    .replace(/\b\d{12}\.dkr\.ecr(?:-fips)?\.[\w-]+\.amazonaws\.com(?:\.cn)?\//g, "");

/** `crm:2.0.0`: an image without its registry, and a digest by its first digits. */
export function shortImage(image: string): string {
  const [name = "", digest] = image.split("@sha256:");
  const segments = name.split("/");
  const [first = ""] = segments;
  const hasRegistry = segments.length > 1 && (/[.:]/.test(first) || first === "localhost");
  const path = segments.slice(hasRegistry ? 1 : 0).join("/");
  return digest === undefined ? path : `${path}@${digest.slice(0, 12)}`;
}

/** What is asked for, such as `upgrade to crm:2.0.0`. */
export const shortWordsFor = (request: OperationRequest): string =>
  request.procedure === "upgrade" ? wordsFor({ ...request, image: shortImage(request.image) }) : wordsFor(request);
