import { AppError, messageOf } from "../errors.ts";
import type { Serving } from "../mcp/server.ts";
import { type NetworkOptions, openNetwork } from "./http/routes.ts";

export interface ListenOptions extends NetworkOptions {
  readonly host: string;
  readonly port: number;
  /** PEM. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** How long open calls may take once the server was asked to stop. */
const DRAIN_MS = 10_000;

/** How long the connections may take to close once everything is answered. */
const GOODBYE_MS = 1000;

/**
 * Serves many clients on one port until the signal is aborted; then drains.
 *
 * @param listening told the address once the port is open
 * @throws AppError `unavailable` when the port cannot be opened
 */
export async function serveOnNetwork<Context>(
  serving: Serving<Context>,
  options: ListenOptions,
  stop: AbortSignal,
  listening: (address: { hostname: string; port: number }) => void,
): Promise<void> {
  const { host, port, tls } = options;
  const network = openNetwork(serving, options);
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      hostname: host,
      port,
      ...tls,
      onListen: listening,
      onError: (error) => {
        serving.log.error("Cannot answer a request: {message}", { message: messageOf(error) });
        return new Response(null, { status: 500 });
      },
    }, (request, { remoteAddr }) => network.fetch(request, { address: remoteAddr.hostname }));
  } catch (error) {
    await network.stop(0);
    throw new AppError(
      "unavailable",
      `Cannot listen on ${host}:${port}: ${messageOf(error)}`,
      "choose another --port, or stop what listens there",
    );
  }
  const stopped = Promise.withResolvers<void>();
  stop.addEventListener("abort", () => stopped.resolve());
  if (stop.aborted) stopped.resolve();
  await Promise.race([stopped.promise, server.finished]);
  await network.stop(DRAIN_MS);
  // A peer that never ends its side of a connection is not waited for.
  await Promise.race([
    server.shutdown(),
    new Promise((resolve) => setTimeout(resolve, GOODBYE_MS)),
  ]);
}
