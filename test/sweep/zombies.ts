import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { descendants } from "../real/sandbox-process.ts";

/** Longer than a look at who is in charge may be old: whoever wakes after that has a successor. */
const FROZEN_AT_LEAST_MS = 12_000;
/** Long enough for what the SDK does on its own account, three attempts of a call. */
const AWAKE_MS = 6_000;

/**
 * Workers that are frozen, and wake when their operation has ended: whatever they still do is wrong by then. `bundle` is in the command line of those
 * that may be frozen.
 */
export function createZombies(bundle: string) {
  const frozen = new Map<number, number>();
  const signal = (pid: number, name: "SIGSTOP" | "SIGCONT" | "SIGKILL") => {
    try {
      process.kill(pid, name);
    } catch {
      frozen.delete(pid); // it has ended
    }
  };
  return {
    freeze() {
      for (const pid of descendants(process)) {
        if (frozen.has(pid) || !commandOf(pid).includes(bundle)) continue;
        frozen.set(pid, Date.now());
        signal(pid, "SIGSTOP");
      }
    },
    async wakeAll() {
      const lastMs = Math.max(0, ...frozen.values());
      await sleep(Math.max(0, lastMs + FROZEN_AT_LEAST_MS - Date.now()));
      for (const pid of frozen.keys()) signal(pid, "SIGCONT");
      await sleep(AWAKE_MS);
      this.end();
    },
    end() {
      for (const pid of frozen.keys()) signal(pid, "SIGKILL");
    },
  };
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
