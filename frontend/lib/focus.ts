const rowOf = (taskId: string) => document.querySelector(`[data-task-row="${CSS.escape(taskId)}"]`);
const linkIn = (row: Element | null | undefined) => row?.querySelector("[data-task-open]");

/** Focuses the element, or the column where it is gone: the keys of whoever uses them never go nowhere. */
export function focusOn(element: Element | null | undefined) {
  const isThere = element instanceof HTMLElement && element.isConnected && element !== document.body;
  const target = isThere ? element : document.getElementById("column");
  target?.focus({ preventScroll: true });
}

export const focusRow = (taskId: string) => focusOn(linkIn(rowOf(taskId)));

/** For a row that is about to leave: its neighbour gets the focus that it has. */
export function passFocusOn(taskId: string) {
  const row = rowOf(taskId);
  if (row?.contains(document.activeElement)) focusOn(linkIn(row.nextElementSibling ?? row.previousElementSibling));
}
