/* The page about the API: sends an example and shows what comes back. */

import { $ } from "./element.js";

/** JSON with its inmost lists and objects on one line each. */
const laid = (value) =>
  JSON.stringify(value, null, 2).replace(/[[{][^[\]{}]*[\]}]/g, (inmost) => inmost.replace(/\s+/g, " "));

const reply = $("reply");

const take = () => ($("body").value = $("example").value);

$("example").addEventListener("change", take);
take(); // one may have been chosen while this script was on its way
$("try").addEventListener("submit", async (event) => {
  event.preventDefault();
  const sent = { method: "POST", headers: { "Content-Type": "application/json" }, body: $("body").value };
  reply.hidden = false;
  try {
    const response = await fetch(event.target.action, sent);
    const [told, type] = [await response.text(), response.headers.get("Content-Type")];
    reply.textContent = `${response.status}\n${type?.includes("json") ? laid(JSON.parse(told)) : told}`;
  } catch {
    reply.textContent = "No answer.";
  }
});
