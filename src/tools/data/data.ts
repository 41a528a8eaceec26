import { backupUserData } from "./backup.ts";
import { exportUserData } from "./export.ts";

/** A life as a whole: copies of it. */
export const data = [backupUserData, exportUserData];
