import type { Records } from "../../life/records.ts";
import { timeZone } from "../../config/values.ts";
import { messageOf } from "../../errors.ts";
import { complaintOf } from "../../issues.ts";
import { KINDS, type Problem, Profile, type Reading } from "../document.ts";
import type { Held } from "../held.ts";

/** What becomes of the profile in a file. */
export interface NewProfile {
  /** What is written; absent where the person's stays as it is. */
  readonly fields?: Partial<Records["user"]>;
  /** The time zone of the person whose life the file is. */
  readonly zone?: string;
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

const NOTHING: NewProfile = { problems: [], notes: [] };

/** A profile is taken over with a whole life, where there is none yet: times of day go by its zone. */
export function profileIn({ profile }: Reading, held: Held): NewProfile {
  if (profile === undefined) return NOTHING;
  const { data, error } = Profile.safeParse(profile);
  if (error) {
    const complaints = error.issues.map((issue) => complaintOf(issue, profile));
    return { ...NOTHING, problems: [{ place: "profile", message: complaints.join("; ") }] };
  }
  try {
    timeZone(data.time_zone);
  } catch (thrown) {
    return { ...NOTHING, problems: [{ place: "profile", message: messageOf(thrown) }] };
  }
  const differing = Object.entries(data)
    .filter(([name, value]) => Reflect.get(held.user, name) !== value).map(([name]) => name);
  const said = { ...NOTHING, zone: data.time_zone };
  if (differing.length === 0) return said;
  const isThere = ({ deleted_at }: { deleted_at: string | null }) => deleted_at === null;
  if (!KINDS.some((kind) => held[kind].some(isThere))) return { ...said, fields: data };
  const note = `The profile stays as it is; ${differing.join(", ")} differ in the file.`;
  return { ...said, notes: [note] };
}
