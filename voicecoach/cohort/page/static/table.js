// The table of all takes, by Tabulator: its rows are drawn only where they are seen, so that thousands stay quick.
// A cell with words holds both languages, and the page shows one.
const voicecoachTable = (() => {
  "use strict";
  const ICONS = {
    on_target: '<circle cx="8" cy="8" r="7"/>',
    close: '<circle class="ring" cx="8" cy="8" r="6"/><path d="M8 2a6 6 0 0 1 0 12z"/>',
    practise: '<circle class="ring" cx="8" cy="8" r="6"/>',
    none: '<path class="stroke" d="M3 8h10"/>',
  };
  const icon = (band) => `<svg class="icon ${band}" viewBox="0 0 16 16" aria-hidden="true">${ICONS[band]}</svg>`;
  const PLAY = '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path class="when-still" d="M4 2.5v11l9-5.5z"/><path class="when-playing" d="M4 3h3v10H4zM9 3h3v10H9z"/></svg>';

  function two(words) { // an element with a text in both languages
    const box = document.createElement("span");
    [["zh", "zh-CN"], ["en", "en"]].forEach(([lang, tag]) => {
      const part = document.createElement("span");
      part.className = lang;
      part.lang = tag;
      part.textContent = words[lang];
      box.append(part);
    });
    return box;
  }

  const html = (words) => two(words).innerHTML; // text in, escaped markup out
  // A spreadsheet must not take a name for a formula.
  const safe = (value) => (/^[=+\-@\t\r]/.test(String(value)) ? `'${value}` : value);

  function make(box, rows, data, playButton) {
    const { words } = data;
    const empty = (a, b) => (a === null ? 1 : 0) - (b === null ? 1 : 0);
    const byNumber = (a, b, _a, _b, _column, direction) => empty(a, b) * (direction === "desc" ? -1 : 1) || a - b || 0;
    const text = (cell) => { const span = document.createElement("bdi"); span.textContent = cell.getValue() ?? ""; return span; };
    const byText = (a, b) => String(a ?? "").localeCompare(String(b ?? ""), "zh-CN", { numeric: true });

    const name = (cell) => {
      const row = cell.getData();
      const label = document.createElement("bdi");
      label.textContent = row.name;
      if (!row.link) return label;
      const link = document.createElement("a");
      link.href = row.link;
      link.append(label);
      return link;
    };
    const needs = (cell) => {
      const row = cell.getData();
      const holder = document.createElement("span");
      row.needs.forEach((kind) => {
        const flag = two(words[`js_flag_${kind}`]);
        flag.className = `flag ${kind}`;
        holder.append(flag);
      });
      if (row.failure) {
        holder.append(two(row.failure));
        holder.title = row.failure[document.documentElement.dataset.lang];
      }
      return holder;
    };
    const score = (number) => (cell) => {
      const row = cell.getData();
      const one = row.judged[number];
      const holder = document.createElement("span");
      holder.className = "score";
      holder.innerHTML = icon(one.band || "none");
      if (one.score !== null) {
        holder.append(String(one.points));
        if (one.low !== one.high) {
          const margin = document.createElement("span");
          margin.className = "muted small";
          margin.textContent = ` ${one.low}–${one.high}`;
          holder.append(margin);
        }
      } else if (one.reason) {
        holder.title = one.reason[document.documentElement.dataset.lang];
      }
      if (one.clip !== undefined) holder.append(" ", playButton(one.clip, PLAY));
      return holder;
    };
    const column = (title, field, more) => ({
      title: html(title), field, headerSortTristate: true, titleDownload: `${title.zh} ${title.en}`, accessorDownload: safe, ...more,
    });
    return new Tabulator(box, {
      data: rows,
      index: "place",
      height: Math.min(620, 120 + 38 * Math.max(rows.length, 2)),
      layout: "fitData",
      columnHeaderSortMulti: true,
      placeholder: html(words.js_none),
      columns: [
        column(words.js_trainee, "trainee", { formatter: text, sorter: byText, width: 130, frozen: window.innerWidth > 720 }),
        column(words.js_cohort, "cohort", { formatter: text, sorter: byText, width: 110, visible: rows.some((row) => row.cohort) }),
        column(words.js_date, "day", { width: 96 }),
        column(words.js_take, "name", { formatter: name, sorter: byText, width: 170 }),
        column(words.js_needs, "needed", { formatter: needs, sorter: "number", width: 170, accessorDownload: (value, row) => row.needs.join(" ") }),
        ...data.requirements.map((one, i) => column(one.title, `s${i}`, { formatter: score(i), sorter: byNumber, width: 138 })),
        column(words.js_overall, "overall", { sorter: byNumber, width: 90, formatter: (cell) => (cell.getValue() === null ? "–" : String(Math.floor(cell.getValue()))) }),
        column(words.js_length, "length", { sorter: byNumber, width: 90, formatter: (cell) => {
          const s = cell.getValue();
          return s === null ? "–" : `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
        } }),
      ],
    });
  }
  return { make, two, html, PLAY };
})();
