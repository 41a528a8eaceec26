import type { Instances } from "../../instances/instances.ts";
import type { Serving } from "../../mcp/server.ts";
import type { Connections } from "../connections.ts";
import type { Calls } from "./calls.ts";
import type { Door } from "./door.ts";

/** What the routes behind the door share. */
export interface Inside<T> {
  readonly serving: Serving<T>;
  readonly door: Door;
  readonly connections: Connections;
  readonly calls: Calls;
  readonly instances: Instances;
  /** Where requests came from, as far as that is asked for. */
  readonly addresses: WeakMap<Request, string>;
}
