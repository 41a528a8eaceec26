import { LifeAreas } from "./areas.ts";
import { Goals } from "./goals/goals.ts";
import { History } from "./history/history.ts";
import type { Store } from "./journal.ts";
import { Memories } from "./memories/memories.ts";
import { Proposals } from "./proposals/proposals.ts";
import { Shares } from "./shares.ts";
import { Tasks } from "./tasks/tasks.ts";
import { Users } from "./users.ts";

/** The verbs of the domain; every write goes through one of them. */
export interface Life {
  readonly users: Users;
  readonly areas: LifeAreas;
  readonly shares: Shares;
  readonly goals: Goals;
  readonly tasks: Tasks;
  readonly memories: Memories;
  readonly history: History;
  readonly proposals: Proposals;
}

export function openLife(store: Store): Life {
  return {
    users: new Users(store),
    areas: new LifeAreas(store),
    shares: new Shares(store),
    goals: new Goals(store),
    tasks: new Tasks(store),
    memories: new Memories(store),
    history: new History(store),
    proposals: new Proposals(store),
  };
}
