import { AppError } from "../errors.ts";
import { type Level, LEVELS } from "../permissions.ts";
import { isLoopbackName, type Issuer, issuers, webAddress } from "./issuers.ts";
import { setting } from "./setting.ts";
import { firebaseProject, oneOf, onOff, type TransportName } from "./values.ts";

/** Whose tokens are taken, beside the server's own keys. */
export const TOKEN_SETTINGS = {
  firebaseProjectId: setting({
    variable: "SELFOS_FIREBASE_PROJECT_ID",
    value: "PROJECT",
    help: "take the ID tokens of this Firebase project",
    fallback: "none",
    parse: (text) => text === undefined ? undefined : firebaseProject(text),
  }),
  firebaseLevel: setting({
    variable: "SELFOS_FIREBASE_LEVEL",
    value: "LEVEL",
    help: `what holders of Firebase tokens may do: ${LEVELS.join(", ")}`,
    fallback: "`read_write`",
    parse: (text) => oneOf("level", LEVELS, text ?? "read_write"),
  }),
  firebaseSignUp: setting({
    variable: "SELFOS_FIREBASE_SIGN_UP",
    value: "on|off",
    help: "create a person for a Firebase user who was not seen before",
    fallback: "`off`",
    parse: (text) => onOff("sign-up", text ?? "off"),
  }),
  firebaseEmulator: setting({
    variable: "SELFOS_DEV_FIREBASE_EMULATOR",
    value: "on|off",
    help:
      "take the unsigned tokens of the Firebase emulator; only where nothing but this machine can connect",
    fallback: "`off`",
    parse: (text) => onOff("emulator", text ?? "off"),
  }),
  oidc: setting({
    variable: "SELFOS_OIDC",
    value: "JSON",
    help: "take the tokens of these OpenID Connect issuers, a JSON list of " +
      "`{issuer, audience, jwksUri?, levelClaim?, levelMap?, defaultLevel?, signUp?}`",
    fallback: "none",
    parse: (text) => text === undefined ? [] : issuers(text),
  }),
};

/** What of a configuration says whose tokens are taken. */
export interface TokenConfig {
  readonly firebaseProjectId: string | undefined;
  readonly firebaseLevel: Level;
  readonly firebaseSignUp: boolean;
  readonly firebaseEmulator: boolean;
  readonly oidc: readonly Issuer[];
}

/** Where Google publishes the keys that sign Firebase ID tokens. */
export const FIREBASE_KEYS =
  "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com";

/** The Firebase project as the issuer of its ID tokens. */
export function firebaseIssuer(config: TokenConfig): Issuer & { jwksUri: string } | undefined {
  const { firebaseProjectId: audience, firebaseLevel, firebaseSignUp, firebaseEmulator } = config;
  if (audience === undefined) return undefined;
  return {
    issuer: `https://securetoken.google.com/${audience}`,
    audience,
    jwksUri: FIREBASE_KEYS,
    defaultLevel: firebaseLevel,
    signUp: firebaseSignUp,
    firebase: { emulator: firebaseEmulator },
  };
}

/** Every issuer whose tokens are taken. */
export function issuersOf(config: TokenConfig): Issuer[] {
  const firebase = firebaseIssuer(config);
  return firebase === undefined ? [...config.oidc] : [firebase, ...config.oidc];
}

/** `host:port` of all that is asked for keys: an emulator is not, as its tokens have no signature. */
export function keyAddresses(config: TokenConfig): string[] {
  const urls = issuersOf(config).flatMap(({ issuer, jwksUri, firebase }) => {
    if (firebase === undefined) return [issuer, jwksUri];
    return firebase.emulator ? [] : [jwksUri];
  });
  const addresses = urls.flatMap((url) => url === undefined ? [] : [webAddress(url)]);
  return [...new Set(addresses)];
}

/** How a server can be reached. */
interface Listening {
  readonly transports: readonly TransportName[];
  readonly host: string;
  readonly publicUrl: string | undefined;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/**
 * Refuses settings that do not go together.
 *
 * @throws AppError `invalid_input` naming the settings
 */
export function refuseUnsafeTokens(config: TokenConfig & Listening): void {
  const { firebaseEmulator, firebaseProjectId, oidc } = config;
  const firebase = firebaseIssuer(config);
  const again = oidc.findIndex(({ issuer }) => issuer === firebase?.issuer);
  if (again >= 0) {
    throw new AppError(
      "invalid_input",
      `Cannot use SELFOS_OIDC[${again}].issuer as it is that of SELFOS_FIREBASE_PROJECT_ID`,
      "leave one of the two out",
    );
  }
  if (!firebaseEmulator) return;
  const refused = (why: string, advice: string) =>
    new AppError("invalid_input", `Cannot use SELFOS_DEV_FIREBASE_EMULATOR as ${why}`, advice);
  if (firebaseProjectId === undefined) {
    throw refused("no project is named", "set SELFOS_FIREBASE_PROJECT_ID");
  }
  const open = opening(config);
  if (open !== undefined) {
    throw refused(`anyone may make its tokens, and ${open}`, "unset one of the two");
  }
}

/** What lets others than this machine connect, or their pages. */
function opening(listening: Listening): string | undefined {
  const { transports, host, publicUrl, allowedHosts, allowedOrigins } = listening;
  if (transports.includes("stdio")) return undefined;
  if (!isLoopbackName(host)) return `SELFOS_HOST is ${host}, which is not a loopback address`;
  if (publicUrl !== undefined) return `SELFOS_PUBLIC_URL is set`;
  const other = allowedHosts.find((name) => !isLoopbackName(name.replace(/:\d+$/, "")));
  if (other !== undefined) return `SELFOS_ALLOWED_HOSTS names ${other}`;
  const page = allowedOrigins.find((origin) => !isLoopbackName(new URL(origin).hostname));
  return page === undefined ? undefined : `SELFOS_ALLOWED_ORIGINS names ${page}`;
}
