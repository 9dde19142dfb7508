/** The column's quick add, wherever it is asked for: the q key, the phone's plus. */
export function focusQuickAdd(): boolean {
  const input = document.querySelector<HTMLInputElement>("[data-quick-add]");
  if (!input) return false;
  scrollTo({ top: 0 });
  input.focus();
  return true;
}
