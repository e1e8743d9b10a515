/** How far an operation has come, which decides what a failure may do. */
export type Point = "untouched" | "undoable" | "no-return" | "opening" | "open" | "going-back";

/** A decision to stop is heard while stopping is still possible: not once visitors write again, nor while it is being undone already. */
export const canStop: Record<Point, boolean> = {
  untouched: true,
  undoable: true,
  "no-return": true,
  opening: false,
  open: false,
  "going-back": false,
};
