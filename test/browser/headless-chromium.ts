import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

/** A real headless Chromium. Close it, or use `withBrowser`. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await unpacked(), args: sparticuz.args, headless: true });
}

export async function withBrowser<Result>(use: (browser: Browser) => Promise<Result>): Promise<Result> {
  const browser = await openBrowser();
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

/**
 * The package unpacks into the folder of temporary files, and takes what is half unpacked there for whole. So each process unpacks into a
 * folder of its own, which then gets the name that all look for.
 */
async function unpacked(): Promise<string> {
  const folder = join(tmpdir(), `headless-chromium-${packageVersion()}`);
  const executable = join(folder, "chromium");
  if (existsSync(executable)) return executable;
  const own = await mkdtemp(`${folder}-`);
  await unpackInto(own);
  try {
    await rename(own, folder);
  } catch (error) {
    if (!existsSync(executable)) throw error;
    await rm(own, { recursive: true });
  }
  return executable;
}

/** The package asks where temporary files go before it waits for anything. */
function unpackInto(folder: string): Promise<string> {
  const { TMPDIR: before } = process.env;
  process.env.TMPDIR = folder;
  try {
    return sparticuz.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

function packageVersion(): string {
  const path = findPackageJSON("@sparticuz/chromium", import.meta.url);
  if (path === undefined) throw new Error("@sparticuz/chromium: expected it to be installed (npm ci)");
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
