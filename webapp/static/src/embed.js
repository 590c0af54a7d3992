/* The page about <digit-input>: shows what its form would send. */

import { $ } from "./element.js";

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  $("sent").textContent = new URLSearchParams(new FormData(event.target)).toString();
});
