// Keeps <time data-ago> fresh for a day; after that, and when anything is unclear, the server's own words stay.
const units = [[3600, "hour"], [60, "minute"]];

function refresh() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const age = (Date.now() - Date.parse(time.dateTime)) / 1000;
    const unit = units.find(([seconds]) => age >= seconds);
    if (!unit || !(age < 86400)) continue;
    const lang = time.closest("[lang]")?.lang || "fa";
    const words = new Intl.RelativeTimeFormat(lang, { numeric: "always" }).format(-Math.floor(age / unit[0]), unit[1]);
    // A time that already shows a day ("yesterday 23:10") keeps it: only words made of minutes and hours are replaced.
    if (time.dataset.ago === "on" || /پیش|ago|حالا|now/.test(time.textContent)) {
      time.dataset.ago = "on";
      if (time.textContent !== words) time.textContent = words;
    }
  }
}

setInterval(() => document.hidden || refresh(), 30000);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
