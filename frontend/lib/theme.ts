export const themeCookie = "tend-theme";
export type Theme = "light" | "dark" | "system";

export const isTheme = (value: string | undefined): value is "light" | "dark" => value === "light" || value === "dark";

/** Kept in a cookie, so that the server paints it right from the start. */
export function chooseTheme(theme: Theme) {
  const year = 365 * 86_400;
  if (theme === "system") {
    delete document.documentElement.dataset.theme;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser we serve
    document.cookie = `${themeCookie}=; Path=/; Max-Age=0; SameSite=Lax`;
    return;
  }
  document.documentElement.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: as above
  document.cookie = `${themeCookie}=${theme}; Path=/; Max-Age=${year}; SameSite=Lax`;
}

export function chosenTheme(): Theme {
  const theme = document.documentElement.dataset.theme;
  return isTheme(theme) ? theme : "system";
}
