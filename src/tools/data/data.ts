import { exportUserData } from "./export.ts";

/** A life as a whole. */
export const data = [exportUserData];
