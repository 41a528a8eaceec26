import { backupUserData } from "./backup.ts";

/** A life as a whole: copies of it. */
export const data = [backupUserData];
