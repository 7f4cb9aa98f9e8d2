// Sends the browser's time zone along with a form, or offers it where a zone is chosen.
// Without this file the field stays empty and the course's own zone rule holds.
(() => {
  let zone = "";
  try {
    zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  } catch {
    return;
  }
  for (const field of document.querySelectorAll("input[data-zone]")) field.value = zone;

  const offer = document.querySelector("[data-zone-offer]");
  const select = document.querySelector("select[data-zone-choice]");
  if (!offer || !select) return;
  const known = (option) =>
    option.value === zone || (option.dataset.aliases || "").split(" ").includes(zone);
  const own = [...select.options].find(known);
  if (!own || own.selected) return;
  offer.textContent = offer.dataset.offer.replace("{zone}", zone.replaceAll("_", " "));
  offer.hidden = false;
  offer.addEventListener("click", () => {
    select.value = own.value;
    offer.hidden = true;
    select.focus();
  });
})();
