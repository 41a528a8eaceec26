import fs from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Attempts } from "./attempts.ts";

const bytes = new TextEncoder().encode("stolen");

/** A symbolic link in the data directory as a way out of it. */
export const linkAttempts: Attempts = {
  "read through a link": ({ link }) => Deno.readTextFileSync(`${link}/secret.txt`),
  "read through a link with node": ({ link }) => fs.readFileSync(`${link}/secret.txt`, "utf8"),
  "list through a link": ({ link }) => [...Deno.readDirSync(link)].length,
  "write through a link": ({ link }) => Deno.writeFileSync(`${link}/g`, bytes),
  "write through a link with node": ({ link }) => fs.writeFileSync(`${link}/h`, bytes),
  "remove through a link": ({ link }) => Deno.removeSync(`${link}/doomed-4`),
  "import through a link": async ({ link }) => (await import(`file://${link}/secret.ts`)).secret,
  "open a database through a link": ({ link }) =>
    new DatabaseSync(`${link}/secret.db`).prepare("select * from secrets").all().length,
  "make a database through a link": ({ link }) =>
    new DatabaseSync(`${link}/k.db`).exec("create table stolen (a)"),
};
