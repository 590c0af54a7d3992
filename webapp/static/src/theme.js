/* Bootstrap's colour mode follows the system. Loaded before the first paint, so that no page flashes white. */

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => (document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light");
follow();
dark.addEventListener("change", follow);
