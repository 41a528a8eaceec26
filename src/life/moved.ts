import { type RawBuilder, sql } from "kysely";

/** Whether a change item moved its record to the trash, brought it back, or put it into another life area. */
export function hasMoved(): RawBuilder<boolean> {
  return sql<boolean>`("before" is not null and (${isLive("before")} <> ${isLive("after")}
    or area_before is distinct from area_after))`;
}

function isLive(image: "before" | "after") {
  return sql`(${sql.ref(image)} like '%"deleted_at":null%')`;
}
