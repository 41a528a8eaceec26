import project from "../deno.json" with { type: "json" };

/** The version of this binary, from `deno.json`. */
export const VERSION = project.version;

/** The name under which the network server shows itself. */
export const SERVER = "selfos-mcp-server";
