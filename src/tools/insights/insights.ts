import { getPreferences, updatePreferences } from "./preferences.ts";
import { analyzeProgressTool } from "./progress.ts";
import { queryData } from "./query.ts";
import { queryUserStats } from "./stats.ts";

/** How a life goes, from what is stored of it, and how the person wants to be served. */
export const insights = [
  queryUserStats,
  analyzeProgressTool,
  queryData,
  getPreferences,
  updatePreferences,
];
