import { queryData } from "./query.ts";
import { queryUserStats } from "./stats.ts";

/** How a life goes, from what is stored of it. */
export const insights = [queryUserStats, queryData];
