import { parseImageReference } from "../operations/image-reference.ts";
import { presetNames } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import type { ChosenService } from "./found.ts";

/** Variables that nothing but NocoBase has, whatever its image is called. */
const OF_NOCOBASE = ["API_BASE_PATH", "WORKER_MODE", "NOCOBASE_PKG_USERNAME", "PLUGIN_STORAGE_PATH", "INIT_ROOT_EMAIL"];

/** Which preset fits, by the image's name and by what the container is told. */
export function guessApp(
  wanted: Target["app"] | "auto",
  [first]: ChosenService[],
): { value: Target["app"]; because: string } {
  if (wanted !== "auto") return { value: wanted, because: "as --app says" };
  if (!first) return { value: "generic", because: "no service" };
  const repository = parseImageReference(first.image)?.repository ?? "";
  const named = presetNames.find((name) => repository.toLowerCase().includes(name));
  if (named) return { value: named, because: `the image is ${first.image}` };
  const container = first.definition.containerDefinitions?.find(({ name }) => name === first.container);
  const told = (container?.environment ?? []).flatMap(({ name = "" }) => (OF_NOCOBASE.includes(name) ? [name] : []));
  if (told.length >= 2) return { value: "nocobase", because: `${first.container} is told ${told.join(" and ")}` };
  return {
    value: "generic",
    because: `the image ${first.image} is none that a preset knows (${presetNames.join(", ")})`,
  };
}
