/** Imported before any package: the worker may not read the environment, and packages try to. */
import process from "node:process";

process.env = {};
