import { AppError, messageOf } from "../errors.ts";
import type { Serving } from "../mcp/server.ts";
import { type NetworkOptions, openNetwork } from "./http/routes.ts";
import { Port } from "./port.ts";

/** Where and what is served on the network. */
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
  let served: Port;
  try {
    served = new Port({
      ...{ host, port, tls, listening, log: serving.log },
      answer: (request, { remoteAddr }) => network.fetch(request, { address: remoteAddr.hostname }),
    });
  } catch (error) {
    await network.stop(0);
    const isTaken = error instanceof Deno.errors.AddrInUse || tls === undefined;
    throw new AppError(
      "unavailable",
      `Cannot listen on ${host}:${port}: ${messageOf(error)}`,
      isTaken
        ? "choose another --port, or stop what listens there"
        : "check the files of --tls-cert and --tls-key",
    );
  }
  const stopped = Promise.withResolvers<void>();
  stop.addEventListener("abort", () => stopped.resolve());
  if (stop.aborted) stopped.resolve();
  await stopped.promise;
  await network.stop(DRAIN_MS);
  // A peer that never ends its side of a connection is not waited for.
  await Promise.race([
    served.shutdown(),
    new Promise((resolve) => setTimeout(resolve, GOODBYE_MS)),
  ]);
}
