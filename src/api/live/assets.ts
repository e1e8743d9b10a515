import { readFileSync } from "node:fs";

/** What the page loads, as it is served. Where this is bundled, scripts/build-lambda.ts puts the files' text in the place of this module. */
export const pageScript: string = textOf("page.js");
export const pageStyle: string = ["colours.css", "page.css", "parts.css"].map(textOf).join("\n");

function textOf(name: string): string {
  return readFileSync(new URL(`./page/${name}`, import.meta.url), "utf8");
}
