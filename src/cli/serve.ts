import { type App, isCurrent, localPrincipal, openApp, openFile, principalOf } from "../app.ts";
import { openLog } from "../log.ts";
import { serveOverStdio } from "../transports/stdio_server.ts";
import type { Run } from "./command.ts";

/**
 * Serves one client on stdin and stdout. A store that is in order is opened while the input is read,
 * but for a key, which is verified first, and again while it is used.
 */
export async function run({ config, invocation, stop }: Run): Promise<void> {
  const log = openLog(config);
  const { apiKey } = config;
  let file = await openFile(config);
  const migrate = invocation.options["migrate"] === true;
  let app: Promise<App> | undefined;
  const open = async () => {
    app ??= openApp(config, { file, migrate });
    try {
      return await app;
    } catch (error) {
      // What failed has closed the file that it was given.
      app = file = undefined;
      throw error;
    }
  };
  const engine = async () => {
    const app = await open();
    if (apiKey !== undefined) await (await app.auth()).authenticator.authenticate(apiKey);
    return app.engine;
  };
  try {
    const atOnce = apiKey === undefined && file && await isCurrent(file, config.user);
    const principal = atOnce ? localPrincipal(config) : await principalOf(await open(), config);
    await serveOverStdio({ log, engine }, principal, stop);
  } finally {
    // An opening that failed has said so, and has closed what it was given.
    const opened = await app?.catch(() => undefined);
    if (opened) await opened[Symbol.asyncDispose]();
    else file?.database.close();
    await log.flush();
  }
}
