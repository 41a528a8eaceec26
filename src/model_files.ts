import project from "../deno.json" with { type: "json" };
import type { Surroundings } from "./config/values.ts";

/** Where the built-in model lies. */
export interface ModelFiles {
  /** Holds all that the worker of the model may read. */
  readonly directory: string;
  /** The description of the model, beside which are its weights. */
  readonly model: string;
  readonly vocabulary: string;
  /** The binary that computes. */
  readonly wasm: string;
  /** The module of its worker. */
  readonly program: string;
}

/**
 * The files of the built-in model: those in the compiled binary, or else those that the package
 * manager keeps. `undefined` where there are none.
 */
export function findModel(around: Pick<Surroundings, "env" | "os">): ModelFiles | undefined {
  return embedded() ?? cached(around);
}

const HERE = import.meta.dirname;

function embedded(): ModelFiles | undefined {
  const directory = `${HERE}/model`;
  if (!isThere(directory)) return undefined;
  return {
    directory,
    model: `${directory}/model.json`,
    vocabulary: `${directory}/vocab.json`,
    wasm: `${directory}/wasm.bin`,
    program: `${directory}/model_worker.ts`,
  };
}

function cached(around: Pick<Surroundings, "env" | "os">): ModelFiles | undefined {
  const cache = cacheDirectory(around);
  if (cache === undefined) return undefined;
  for (const registry of namesIn(`${cache}/npm`)) {
    const directory = `${cache}/npm/${registry}/@energetic-ai`;
    const model = `${directory}/model-embeddings-en/${versionOf("model-embeddings-en")}/dist`;
    if (!isThere(model)) continue;
    return {
      directory,
      model: `${model}/model.json`,
      vocabulary: `${model}/vocab.json`,
      wasm: `${directory}/core/${versionOf("core")}/dist/tfjs-backend-wasm-simd.wasm`,
      program: `${HERE}/search/built_in/model_worker.ts`,
    };
  }
  return undefined;
}

/** Where the runtime keeps packages. */
function cacheDirectory({ env, os }: Pick<Surroundings, "env" | "os">): string | undefined {
  const { DENO_DIR, XDG_CACHE_HOME, LOCALAPPDATA, HOME } = env;
  if (DENO_DIR) return DENO_DIR;
  if (os === "windows") return LOCALAPPDATA && `${LOCALAPPDATA}/deno`;
  if (os === "darwin") return HOME && `${HOME}/Library/Caches/deno`;
  return XDG_CACHE_HOME ? `${XDG_CACHE_HOME}/deno` : HOME && `${HOME}/.cache/deno`;
}

function versionOf(name: "core" | "model-embeddings-en"): string {
  return project.imports[`@energetic-ai/${name}`].replace(/.*@/, "");
}

function isThere(directory: string): boolean {
  try {
    return Deno.statSync(directory).isDirectory;
  } catch {
    return false;
  }
}

function namesIn(directory: string): string[] {
  try {
    return [...Deno.readDirSync(directory)].map(({ name }) => name);
  } catch {
    return [];
  }
}
