import { cpus, totalmem } from "node:os";

/** The machine in words, for whoever compares times. */
export const machine = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GB, Node.js ${process.versions.node}`;
