import { type App, isCurrent, localPrincipal, openApp, openFile } from "../app.ts";
import { openLog } from "../log.ts";
import { serveOverStdio } from "../transports/stdio_server.ts";
import type { Run } from "./command.ts";

/** Serves one client on stdin and stdout. A store that is in order is opened while the input is read. */
export async function run({ config, invocation, stop }: Run): Promise<void> {
  const log = openLog(config);
  const principal = localPrincipal(config);
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
  try {
    if (file === undefined || !await isCurrent(file, principal.user_id)) {
      await (await open()).life.users.get(principal.user_id);
    }
    await serveOverStdio({ log, engine: async () => (await open()).engine }, principal, stop);
  } finally {
    // An opening that failed has said so, and has closed what it was given.
    const opened = await app?.catch(() => undefined);
    if (opened) await opened[Symbol.asyncDispose]();
    else file?.database.close();
    await log.flush();
  }
}
