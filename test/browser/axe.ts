import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

type Found = { id: string; nodes: { target: string[]; failureSummary?: string }[] };

/** What axe finds wrong with the page at an address, opened anew, in words. */
export async function accessibilityOf(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
): Promise<string[]> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    await page.goto(url);
    return await axeFindings(page);
  } finally {
    await context.close();
  }
}

/** The same of a page as it is now. What is folded must be readable too, once it is not. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true");
  await page.evaluate(source);
  const { violations } = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as {
    violations: Found[];
  };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(" ")}: ${failureSummary}`),
  );
}
