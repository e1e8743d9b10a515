import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

/** A real headless Chromium. Close it, or use `withBrowser`. */
export async function openBrowser(): Promise<Browser> {
  const folder = await unpacked();
  return chromium.launch({
    executablePath: join(folder, "chromium"),
    // In a single process the browser ends with the first context that is closed.
    args: sparticuz.args.filter((arg) => arg !== "--single-process"),
    headless: true,
    // A small Debian has neither NSS nor fonts, and the package brings both.
    env: { ...process.env, LD_LIBRARY_PATH: join(folder, "al2023/lib"), FONTCONFIG_PATH: join(folder, "fonts") },
  });
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
  const folder = join(tmpdir(), `headless-chromium-${packageVersion()}-with-libraries`);
  const executable = join(folder, "chromium");
  if (existsSync(executable)) return folder;
  const own = await mkdtemp(`${folder}-`);
  await unpackInto(own);
  try {
    await rename(own, folder);
  } catch (error) {
    if (!existsSync(executable)) throw error;
    await rm(own, { recursive: true });
  }
  return folder;
}

/** The package asks where temporary files go, and whether it must bring libraries, before it waits for anything. */
function unpackInto(folder: string): Promise<string> {
  const before = { TMPDIR: process.env.TMPDIR, AWS_EXECUTION_ENV: process.env.AWS_EXECUTION_ENV };
  Object.assign(process.env, { TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" });
  try {
    return sparticuz.executablePath();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

function packageVersion(): string {
  const path = findPackageJSON("@sparticuz/chromium", import.meta.url);
  if (path === undefined) throw new Error("@sparticuz/chromium: expected it to be installed (npm ci)");
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
