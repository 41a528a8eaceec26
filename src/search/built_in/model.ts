import type { ModelFiles } from "./model_files.ts";

export interface Question {
  readonly files: ModelFiles;
  readonly texts: readonly string[];
}

export type Answer = { readonly vectors: readonly number[][] } | { readonly fault: string };

export function modelPermissions({ directory }: ModelFiles): Deno.PermissionOptionsObject {
  const none = { net: false, write: false, env: false, run: false, ffi: false, sys: false };
  return { ...none, import: false, read: [directory] };
}
