import { findModel } from "../../../src/model_files.ts";
import { BuiltInEmbedder } from "../../../src/search/built_in.ts";

const IDLE_MS = 600_000;

/** A model beside that of the server that is measured. */
export function openModel(): BuiltInEmbedder {
  const files = findModel({ env: Deno.env.toObject(), os: Deno.build.os });
  return new BuiltInEmbedder({ files, idle: IDLE_MS });
}
