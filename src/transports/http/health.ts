import type { Context } from "hono";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { VERSION } from "../../version.ts";
import type { Env } from "./env.ts";
import type { NetworkOptions } from "./routes.ts";

/** Whether the server can do its work, for whoever asks. */
export async function health(
  context: Context<Env>,
  log: Log,
  options: NetworkOptions,
): Promise<Response> {
  const about = {
    server: "selfos-mcp-server",
    version: VERSION,
    capabilities: { tools: true, transports: options.transports },
  };
  try {
    await options.check();
    return context.json({ status: "healthy", ...about });
  } catch (error) {
    log.warning("The store does not answer: {message}", { message: messageOf(error) });
    return context.json({ status: "unhealthy", ...about, failing: ["store"] }, 503);
  }
}
