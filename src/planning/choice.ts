/** What of a plan is applied; all of it unless told. */
export interface Choice {
  /** Orders of suggested tasks, or ids of tasks that are moved. */
  readonly pick?: readonly number[] | undefined;
  /** What is created instead of the suggested tasks. */
  readonly tasks?: readonly object[] | undefined;
}
