import type { Ids } from "../world.ts";

/** A random-looking UUID (version 4) from the world's own source of identifiers. */
export const createUuid = (ids: Ids): string =>
  ids.hex(32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
