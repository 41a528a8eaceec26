import { setting } from "./setting.ts";
import { absolute, address, hostNames, integer, origins, transports, webUrl } from "./values.ts";

/** How clients reach the server. */
export const NETWORK_SETTINGS = {
  transports: setting({
    variable: "SELFOS_TRANSPORT",
    value: "A,B",
    help:
      "how clients reach the server: stdio, or any of http, sse, ws on one port, or all of those",
    fallback: "`stdio`",
    parse: (text) => transports(text ?? "stdio"),
  }),
  host: setting({
    variable: "SELFOS_HOST",
    value: "ADDRESS",
    help: "address to listen on",
    fallback: "`127.0.0.1`",
    parse: (text) => address(text ?? "127.0.0.1"),
  }),
  port: setting({
    variable: "SELFOS_PORT",
    value: "PORT",
    help: "port to listen on; 0 takes a free one",
    fallback: "`8420`",
    parse: (text) => integer("port", text ?? "8420", 0, 65_535),
  }),
  publicUrl: setting({
    variable: "SELFOS_PUBLIC_URL",
    value: "URL",
    help: "the address at which clients reach the server, where a proxy stands before it",
    fallback: "the listening address",
    parse: (text) => text === undefined ? undefined : webUrl("public URL", text),
  }),
  allowedHosts: setting({
    variable: "SELFOS_ALLOWED_HOSTS",
    value: "A,B",
    help: "host names that requests may be addressed to, beside the above",
    fallback: "loopback names",
    parse: (text) => hostNames(text ?? ""),
  }),
  allowedOrigins: setting({
    variable: "SELFOS_ALLOWED_ORIGINS",
    value: "A,B",
    help: "web origins whose pages may call the server",
    fallback: "none",
    parse: (text) => origins(text ?? ""),
  }),
  tlsCert: setting({
    variable: "SELFOS_TLS_CERT",
    refusesEmpty: true,
    value: "FILE",
    help: "certificate chain in PEM, to serve https",
    fallback: "none: http",
    parse: (text, around) => text === undefined ? undefined : absolute(text, around),
  }),
  tlsKey: setting({
    variable: "SELFOS_TLS_KEY",
    refusesEmpty: true,
    value: "FILE",
    help: "private key of the certificate in PEM",
    fallback: "none",
    parse: (text, around) => text === undefined ? undefined : absolute(text, around),
  }),
};
