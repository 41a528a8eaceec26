import type { Instances } from "../../instances/instances.ts";
import type { Serving } from "../../mcp/server.ts";
import type { Connections } from "../connections.ts";
import type { Calls } from "./calls.ts";
import type { Door } from "./door.ts";
import type { OAuth } from "./oauth.ts";

/** What the routes behind the door share. */
export interface Inside<T> {
  readonly serving: Serving<T>;
  readonly door: Door;
  readonly oauth: OAuth;
  readonly connections: Connections;
  readonly calls: Calls;
  readonly instances: Instances;
}
