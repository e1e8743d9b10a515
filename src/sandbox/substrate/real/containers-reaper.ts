/**
 * Runs beside the sandbox and outlives it by a moment: told on stdin of each process group that starts (`+PID`) and ends (`-PID`), it kills
 * those left when stdin ends, which it does however the sandbox ends, SIGKILL included.
 */
import { createInterface } from "node:readline";

const groups = new Set<number>();
for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith("+")) groups.add(pid);
  else groups.delete(pid);
}
for (const pid of groups) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
