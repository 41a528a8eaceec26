import { type Config, SETTINGS } from "../config.ts";
import { PROGRAM } from "./program.ts";

/** What a client needs to be told, ready to be copied. */
export interface ClientBlock {
  readonly client: string;
  readonly text: string;
}

/** The configuration of the usual clients. */
export function clientBlocks(url: string, key: string, config: Config): ClientBlock[] {
  const headers = { Authorization: `Bearer ${key}` };
  const server = (selfos: object) => JSON.stringify({ mcpServers: { selfos } }, null, 2);
  const overHttp = [
    {
      client: "Claude Code, on a command line",
      text: `claude mcp add --transport http selfos ${url} --header "Authorization: Bearer ${key}"`,
    },
    { client: "Cursor, in ~/.cursor/mcp.json", text: server({ url, headers }) },
    {
      client: "VS Code, in .vscode/mcp.json",
      text: JSON.stringify({ servers: { selfos: { type: "http", url, headers } } }, null, 2),
    },
  ];
  const desktop = {
    client:
      "Claude Desktop, in claude_desktop_config.json: it starts a server of its own over stdio",
    text: server({
      command: PROGRAM.command,
      args: [...PROGRAM.args, "serve"],
      ...envOf(config),
    }),
  };
  return config.transports.includes("http") ? [...overHttp, desktop] : [desktop];
}

/** The variables that name the store, where it is not at its usual place. */
function envOf(config: Config): { env?: Record<string, string> } {
  const variables: [string, string][] = [];
  const { dataDir, databaseUrl, given } = config;
  if (given.dataDir !== undefined) variables.push([SETTINGS.dataDir.variable, dataDir]);
  if (databaseUrl !== undefined) variables.push([SETTINGS.databaseUrl.variable, databaseUrl]);
  return variables.length > 0 ? { env: Object.fromEntries(variables) } : {};
}
