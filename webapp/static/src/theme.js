/* Bootstrap's colour mode follows the system, and is light in print. Loaded before the first paint, so that no page
   flashes white. */

const dark = matchMedia("(prefers-color-scheme: dark)");
const be = (theme) => (document.documentElement.dataset.bsTheme = theme);
const follow = () => be(dark.matches ? "dark" : "light");
follow();
dark.addEventListener("change", follow);
addEventListener("beforeprint", () => be("light"));
addEventListener("afterprint", follow);
