import type { Principal } from "../../permissions.ts";

/** What a request is known by once it is inside. */
export interface Env {
  Bindings: { readonly address: string };
  Variables: { readonly principal: Principal };
}
