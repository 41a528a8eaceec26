/** A credential of ours, but for its secret. */
export interface ApiKeyTable {
  id: string;
  user_id: string;
  name: string;
  level: string;
  /** SHA-256 in hex; the secret itself is nowhere. */
  secret_hash: string;
  created_at: string;
  /** From then on it is refused; null where it never ends. */
  expires_at: string | null;
  revoked_at: string | null;
  /** To the minute. */
  last_used_at: string | null;
  /** The key that replaces it. */
  rotated_to: string | null;
  /** What it is narrowed to, as JSON lists: globs of tools and of resources, ids of life areas. */
  tools: string | null;
  resources: string | null;
  areas: string | null;
}

/** Who a person is to an issuer of tokens. */
export interface IdentityTable {
  id: string;
  /** Both as they stand in the tokens, letter by letter. */
  issuer: string;
  subject: string;
  user_id: string;
  created_at: string;
  /** To the minute; null where no token was seen. */
  last_seen_at: string | null;
}

/** What every process on a store must know and nobody else may. */
export interface SecretTable {
  name: string;
  /** In base64url. */
  value: string;
}
