import type { Command } from "./command.ts";

const PASSPHRASE = {
  value: "FILE",
  help: "the passphrase of the archive, in a file that nobody else may read",
  file: "read",
} as const;

const OPENING_OPTIONS = {
  "passphrase-file": PASSPHRASE,
  identity: {
    value: "FILE",
    help: "the secret half of the recipient that it is encrypted for, as age-keygen writes it",
    file: "read",
  },
} as const;

/** The commands that make, prove and restore archives. */
export const BACKUP_COMMANDS = {
  "backup create": {
    summary: "write an archive of all lives, or of that of --user, and prove it by restoring it",
    options: {
      out: { value: "FILE", help: "where to, instead of the data directory", file: "write" },
      encrypt: { value: "RECIPIENT", help: "encrypt it with age for a recipient (age1…)" },
      "passphrase-file": PASSPHRASE,
    },
    example: "selfos backup create --user ada --out ada.selfos.gz",
  },
  "backup list": { summary: "list the archives, and which of them are proven" },
  "backup verify": {
    summary: "restore an archive into a scratch store, and compare what comes out",
    usage: "FILE|ID",
    options: OPENING_OPTIONS,
    positionals: [1, 1],
    reads: "file or id",
  },
  "backup restore": {
    summary: "put the lives of an archive, or that of --user, in the place of those in the store",
    usage: "FILE|ID",
    options: { ...OPENING_OPTIONS, yes: { help: "do not ask" } },
    positionals: [1, 1],
    reads: "file or id",
    example: "selfos backup restore 20261130T030000Z-store-1a2b --user ada",
  },
  "backup prune": {
    summary: "remove proven archives that are not to be kept any longer",
    options: { yes: { help: "do not ask" } },
  },
} as const satisfies Record<string, Command>;
