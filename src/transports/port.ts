import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";

/** What is served, and where. */
export interface PortOptions {
  readonly host: string;
  /** 0 is any that is free. */
  readonly port: number;
  /** PEM. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly log: Log;
  /** Told the address once the port is open. */
  listening(address: { hostname: string; port: number }): void;
  answer(request: Request, info: Deno.ServeHandlerInfo<Deno.NetAddr>): Response | Promise<Response>;
}

type Server = Deno.HttpServer<Deno.NetAddr>;

/** How often the port is looked at: older runtimes do not say that they gave it up. */
const LOOK_MS = 5000;
const RETRY_MS = 500;

/**
 * A port that is served. Where the runtime gives it up, as it does when no file descriptor is left for
 * one more connection, it is opened again; what is connected stays so.
 */
export class Port {
  readonly #options: PortOptions;
  readonly #servers = new Set<Server>();
  readonly #look: ReturnType<typeof setInterval>;
  #current: Server | undefined;
  #port: number;
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** Throws where the port cannot be opened. */
  constructor(options: PortOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#open(options.listening);
    this.#look = setInterval(() => this.#lookAtIt(), LOOK_MS);
  }

  /** Takes no new connection; resolves once all are closed. */
  async shutdown(): Promise<void> {
    this.#current = undefined;
    clearInterval(this.#look);
    clearTimeout(this.#retry);
    await Promise.allSettled([...this.#servers].map((server) => server.shutdown()));
  }

  #open(listening: PortOptions["listening"] = () => {}): void {
    const { host: hostname, tls, log, answer } = this.#options;
    const server = Deno.serve({
      hostname,
      port: this.#port,
      ...tls,
      onListen: listening,
      onError: (error) => {
        log.error("Cannot answer a request: {reason}", { reason: messageOf(error) });
        return new Response(null, { status: 500 });
      },
    }, answer);
    this.#port = server.addr.port;
    this.#servers.add(server);
    this.#current = server;
    server.finished.catch((error) => this.#given(server, messageOf(error)))
      .finally(() => this.#servers.delete(server));
  }

  #given(server: Server, fault: string): void {
    if (this.#current !== server) return;
    this.#current = undefined;
    this.#options.log.error("The port is opened again as no connection could be taken: {fault}", {
      fault,
    });
    this.#reopen();
  }

  #reopen(): void {
    try {
      this.#open();
    } catch {
      // Still none left.
      this.#retry = setTimeout(() => this.#reopen(), RETRY_MS);
    }
  }

  async #lookAtIt(): Promise<void> {
    const server = this.#current;
    if (server === undefined) return;
    try {
      (await Deno.connect({ hostname: this.#options.host, port: this.#port })).close();
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionRefused) this.#given(server, messageOf(error));
    }
  }
}
