// The page's own script: language, excerpts, plots of the trainees, filters of the table.
(() => {
  "use strict";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const root = document.documentElement;
  const data = JSON.parse(byId("data").textContent);
  const { words, texts, bands, requirements } = data;
  const text = (number) => (number < 0 ? null : texts[number]);
  const bandOf = (score) => (bands.find(([, limit]) => score >= limit) || [null])[0];
  const whole = (score) => { // never rounded up into the next band
    const rounded = Math.round(score);
    return bands.some(([, limit]) => score < limit && limit <= rounded) ? rounded - 1 : rounded;
  };

  // ------------------------------------------------------------------------------------------------- the takes
  const clipOf = new Map(data.clips.map(([take, requirement], number) => [`${take}.${requirement}`, number]));
  const rows = data.takes.map((take, place) => {
    const [name, trainee, cohort, day, link, length, bits, failure, overall, ...judged] = take;
    const row = {
      place, name, trainee: text(trainee), cohort: text(cohort), day, link, length, overall, failure: text(failure),
      needs: data.needs.filter((_, i) => bits & (1 << i)),
      judged: judged.map((one, i) => (Array.isArray(one)
        ? { score: one[0], points: whole(one[0]), low: one[1], high: one[2], band: bandOf(one[0]), clip: clipOf.get(`${place}.${i}`) }
        : { score: null, band: null, reason: text(one) })),
    };
    row.needed = row.needs.length;
    row.judged.forEach((one, i) => { row[`s${i}`] = one.score; });
    return row;
  });
  const ofTrainee = new Map();
  rows.forEach((row) => {
    if (row.trainee === null) return;
    if (!ofTrainee.has(row.trainee)) ofTrainee.set(row.trainee, []);
    ofTrainee.get(row.trainee).push(row);
  });
  const trends = new Map(data.trends.map(([trainee, requirement, direction, difference, smallest, at, middle, low, high]) => [
    `${requirement}.${text(trainee)}`, { direction, difference, smallest, places: at, middle, low, high }]));

  // -------------------------------------------------------------------------------------------------- language
  const bilingual = new Map(); // elements whose text cannot hold both languages (options of a list)
  const tell = (element, said) => { bilingual.set(element, said); element.textContent = said[root.dataset.lang]; };
  all("[data-show]").forEach((button) => button.addEventListener("click", () => {
    const lang = button.dataset.show;
    root.dataset.lang = lang;
    root.lang = lang === "zh" ? "zh-CN" : "en";
    all("[data-show]").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    bilingual.forEach((said, element) => { element.textContent = said[lang]; });
    table.redraw(true);
  }));

  // -------------------------------------------------------------------------------------------------- excerpts
  const sound = byId("sound");
  let sounds = null; // read when the first one is played
  let playing = null;
  function mark() {
    all("[data-clip]").forEach((button) => button.setAttribute("aria-pressed", String(Number(button.dataset.clip) === playing)));
  }
  function stop() { playing = null; sound.pause(); mark(); }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-clip]");
    if (!button) return;
    const number = Number(button.dataset.clip);
    if (playing === number) { stop(); return; }
    sounds = sounds || JSON.parse(byId("sounds").textContent);
    playing = number;
    mark();
    sound.src = sounds[number];
    sound.play().catch(stop);
  });
  sound.addEventListener("ended", stop);
  sound.addEventListener("error", stop);
  function playButton(number, icon, tiny = true) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = tiny ? "play tiny screen" : "play screen";
    button.dataset.clip = String(number);
    button.setAttribute("aria-pressed", String(number === playing));
    button.innerHTML = icon;
    button.append(Object.assign(voicecoachTable.two(words.js_listen), { className: "sr" }));
    return button;
  }
  // What needs an ear can be heard where it is told, if there is an excerpt of it.
  all(".need li[data-take]").forEach((item) => {
    const { take, requirement } = item.dataset;
    const place = requirements.findIndex((one) => one.id === requirement);
    const number = clipOf.get(`${take}.${place}`);
    if (number !== undefined) item.querySelector(".who").prepend(playButton(number, voicecoachTable.PLAY), " ");
  });
  all("[data-unfold]").forEach((button) => button.addEventListener("click", () => {
    all(".later", button.closest("section")).forEach((item) => { item.hidden = false; });
    button.hidden = true;
  }));

  // --------------------------------------------------------------------------------------------- the trainees
  const goal = (bands.find(([name]) => name === "on_target") || ["", 80])[1];
  const STEP = 24; // trainees shown at once
  let shownTrainees = STEP;
  let chosen = 0;
  const judgedOf = (takes, i) => takes.filter((row) => row.judged.length).map((row) => ({ ...row.judged[i], day: row.day, place: row.place }));
  function trendOf(trainee, i, takes) {
    const found = trends.get(`${i}.${trainee}`);
    if (!found) return null;
    const at = new Map(takes.map((take, place) => [take.place, place]));
    return { ...found, at: found.places.map((place) => at.get(place)) };
  }
  function chip(trend) {
    const box = document.createElement("span");
    const kind = !trend || trend.direction === null ? "none" : { 1: "better", "-1": "worse", 0: "same" }[trend.direction];
    box.className = `chip ${kind}`;
    if (trend && trend.direction) box.append(trend.direction > 0 ? "▲ " : "▼ ");
    box.append(...voicecoachTable.two(words[kind === "none" ? "js_alone" : `js_${kind}`]).childNodes);
    if (trend && trend.direction) box.append(` ${trend.difference > 0 ? "+" : "−"}${Math.abs(trend.difference)}`);
    return box;
  }
  function ends(takes) {
    const line = document.createElement("span");
    line.className = "ends";
    const days = takes.map((take) => take.day).filter(Boolean);
    [...new Set(days.length ? [days[0], days[days.length - 1]] : [])].forEach((day) => {
      const part = document.createElement("span");
      part.textContent = day;
      line.append(part);
    });
    return line;
  }
  const drawn = new IntersectionObserver((entries) => entries.forEach((entry) => {
    if (!entry.isIntersecting) return;
    drawn.unobserve(entry.target);
    entry.target.draw();
  }), { rootMargin: "400px" });

  function multiple(trainee) {
    const takes = judgedOf(ofTrainee.get(trainee), chosen);
    const trend = trendOf(trainee, chosen, takes);
    const item = document.createElement("li");
    item.className = "multiple";
    const button = document.createElement("button");
    button.type = "button";
    const name = document.createElement("bdi");
    name.className = "name";
    name.textContent = trainee;
    const box = document.createElement("span");
    box.className = "chart";
    box.style.display = "block";
    button.append(name, chip(trend), box, ends(takes));
    button.addEventListener("click", () => openTrainee(trainee));
    item.append(button);
    if (takes.some((take) => take.score !== null)) {
      item.draw = () => voicecoachPlots.plot(box, takes, trend, { goal });
      drawn.observe(item);
    } else {
      const nothing = voicecoachTable.two(words.js_nothing_judged);
      nothing.className = "muted small";
      box.append(nothing);
    }
    return item;
  }
  const multiples = byId("multiples");
  function showTrainees() {
    if (!multiples || !requirements.length) return;
    const only = byId("only-changed").checked;
    const names = [...ofTrainee.keys()].filter((name) => !only || (trends.get(`${chosen}.${name}`) || {}).direction);
    multiples.replaceChildren(...names.slice(0, shownTrainees).map(multiple));
    if (!names.length) multiples.append(Object.assign(voicecoachTable.two(words.js_none_changed), { className: "muted" }));
    byId("more-trainees").hidden = names.length <= shownTrainees;
  }
  all("[data-plot]").forEach((button, i) => button.addEventListener("click", () => {
    chosen = i;
    all("[data-plot]").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    showTrainees();
  }));
  if (multiples) {
    byId("only-changed").addEventListener("change", showTrainees);
    byId("more-trainees").addEventListener("click", () => { shownTrainees += 4 * STEP; showTrainees(); });
  }

  const dialog = byId("trainee");
  function course(trainee, i) {
    const takes = judgedOf(ofTrainee.get(trainee), i);
    const trend = trendOf(trainee, i, takes);
    const card = document.createElement("section");
    card.className = "course";
    const head = document.createElement("header");
    const title = document.createElement("h3");
    title.append(...voicecoachTable.two(requirements[i].title).childNodes);
    head.append(title, chip(trend));
    const box = document.createElement("div");
    box.className = "chart";
    const read = document.createElement("p");
    read.className = "read small muted";
    card.append(head, read, box);
    const judged = takes.filter((take) => take.score !== null);
    const told = (take) => { if (take && take.score !== null) read.textContent = `${take.day} · ${take.points}${take.low === take.high ? "" : ` (${take.low}–${take.high})`}`; };
    told(judged[judged.length - 1]);
    if (trend && trend.direction !== null && trend.smallest > 100) {
      card.append(Object.assign(voicecoachTable.two(words.js_too_restless), { className: "small muted" }));
    } else if (trend && trend.direction !== null) {
      const sign = trend.difference > 0 ? "+" : trend.difference < 0 ? "−" : "±";
      const said = Object.fromEntries(["zh", "en"].map((lang) => [lang, words.js_difference[lang]
        .replace("POINTS", `${sign}${Math.abs(trend.difference)}`).replace("SMALLEST", String(Math.ceil(trend.smallest)))]));
      card.append(Object.assign(voicecoachTable.two(said), { className: "small muted" }));
    }
    const draw = () => {
      if (judged.length) voicecoachPlots.plot(box, takes, trend, { goal, large: true, onRead: told });
    };
    return { card, draw };
  }
  function openTrainee(trainee) {
    byId("trainee-name").textContent = trainee;
    const courses = requirements.map((_, i) => course(trainee, i));
    byId("trainee-plots").replaceChildren(...courses.map((one) => one.card));
    byId("trainee-none").hidden = requirements.some((_, i) => trends.has(`${i}.${trainee}`));
    byId("trainee-clips").replaceChildren(...data.clips.flatMap(([place, requirement, , said], number) => {
      if (rows[place].trainee !== trainee) return [];
      const item = document.createElement("li");
      const about = document.createElement("span");
      const title = document.createElement("b");
      title.append(...voicecoachTable.two(requirements[requirement].title).childNodes);
      about.append(title, ` ${rows[place].day} `);
      if (text(said)) about.append(...voicecoachTable.two(text(said)).childNodes);
      item.append(playButton(number, voicecoachTable.PLAY, false), about);
      return [item];
    }));
    byId("trainee-table").onclick = () => { dialog.close(); filter({ search: trainee }); };
    dialog.showModal();
    dialog.scrollTop = 0;
    courses.forEach((one) => one.draw());
  }
  byId("trainee-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  // ------------------------------------------------------------------------------------------------- the table
  const fields = { search: byId("f-search"), cohort: byId("f-cohort"), need: byId("f-need"), requirement: byId("f-requirement"), band: byId("f-band") };
  function option(list, value, said) {
    const made = document.createElement("option");
    made.value = value;
    if (typeof said === "string") made.textContent = said; else tell(made, said);
    list.append(made);
  }
  option(fields.cohort, "", words.js_any);
  [...new Set(rows.map((row) => row.cohort).filter((name) => name !== null))].sort((a, b) => a.localeCompare(b, "zh-CN")).forEach((name) => option(fields.cohort, name, name));
  fields.cohort.closest("label").hidden = fields.cohort.options.length < 3;
  option(fields.need, "", words.js_any);
  option(fields.need, "all", words.js_any_need);
  data.needs.forEach((kind) => { if (rows.some((row) => row.needs.includes(kind))) option(fields.need, kind, words[`js_flag_${kind}`]); });
  option(fields.requirement, "", words.js_any);
  requirements.forEach((one, i) => option(fields.requirement, String(i), one.title));
  option(fields.band, "", words.js_any);
  bands.forEach(([name]) => option(fields.band, name, words[`js_band_${name}`] || { zh: name, en: name }));
  option(fields.band, "none", words.js_not_judged);

  function passes(row) {
    const [search, cohort, need, requirement, band] = Object.values(fields).map((field) => field.value);
    if (cohort && row.cohort !== cohort) return false;
    if (need && !(need === "all" ? row.needed : row.needs.includes(need))) return false;
    if (ofTrainee.has(search)) { // a whole name is that person, not everybody whose name begins so
      if (row.trainee !== search) return false;
    } else if (search) {
      const wanted = search.toLowerCase().trim().split(/\s+/);
      const told = [row.trainee, row.cohort, row.name, row.day].join(" ").toLowerCase();
      if (!wanted.every((word) => told.includes(word))) return false;
    }
    if (band) {
      const within = requirement === "" ? row.judged : row.judged.slice(Number(requirement), Number(requirement) + 1);
      if (!within.some((one) => (one.band || "none") === band)) return false;
    }
    return true;
  }
  const table = voicecoachTable.make(byId("table"), rows, data, playButton);
  const shown = byId("shown");
  function count(found) {
    tell(shown, Object.fromEntries(["zh", "en"].map((lang) => [lang, words.js_shown[lang].replace("SHOWN", String(found)).replace("ALL", String(rows.length))])));
  }
  count(rows.length);
  let ready = false;
  table.on("tableBuilt", () => { ready = true; apply(); });
  table.on("dataFiltered", (_, found) => count(found.length));
  function apply() { if (ready) table.setFilter(passes); }
  function filter(values) {
    Object.entries(fields).forEach(([name, field]) => { field.value = values[name] || ""; });
    apply();
    byId("all").scrollIntoView({ behavior: "smooth" });
  }
  Object.values(fields).forEach((field) => field.addEventListener("input", apply));
  byId("f-clear").addEventListener("click", () => { Object.values(fields).forEach((field) => { field.value = ""; }); if (ready) table.clearSort(); apply(); });
  byId("f-save").addEventListener("click", () => table.download("csv", "takes.csv", { bom: true }));
  all("[data-filter]").forEach((button) => button.addEventListener("click", () => filter({ need: button.dataset.filter })));
  all("[data-filter-band]").forEach((button) => button.addEventListener("click", () => filter({
    requirement: String(requirements.findIndex((one) => one.id === button.dataset.filterRequirement)), band: button.dataset.filterBand })));

  showTrainees();
})();
