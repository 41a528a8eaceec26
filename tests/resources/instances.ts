/** Instances on one store, each with its own caches. */
import { type App, openApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { surroundings, type TestApp } from "../harness.ts";

/** Another instance on the store of an app, by its clock. */
export async function beside(
  { config: { dataDir, databaseUrl }, clock }: TestApp,
  flags: Record<string, string> = {},
): Promise<App> {
  const store = databaseUrl === undefined ? {} : { "database-url": databaseUrl };
  const env = { HOME: dataDir, SELFOS_TIME_ZONE: "UTC" };
  const config = readConfig({ "data-dir": dataDir, ...store, ...flags }, surroundings(env));
  return await openApp(config, { now: () => clock.now });
}
