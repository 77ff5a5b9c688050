// Two takes side by side. Everything shown is in the page; without this script each take still has a player of its own.
(() => {
  "use strict";
  const all = (selector) => [...document.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const takes = JSON.parse(byId("takes-data").textContent);
  const picks = [byId("pick-0"), byId("pick-1")];
  if (!picks[0]) return; // one take only: nothing to compare it with

  const WINDOW_S = 8; // played at the same share of both calls
  const CONTEXT_S = 1; // before and after a moment, so that it is heard in its place
  let queue = []; // spans still to play: [take, from, until]
  let current = null;

  // ---------------------------------------------------------------------------------------------------- playing
  const audioOf = (take) => byId(`audio-${take.take}`);

  function silence() {
    queue = [];
    const was = current;
    current = null;
    if (was) audioOf(was.take).pause();
    all("[data-playing]").forEach((button) => button.removeAttribute("data-playing"));
  }

  function next() {
    const span = queue.shift();
    if (!span) { silence(); return; }
    const [take, from, until] = span;
    current = { take, until };
    const audio = audioOf(take);
    audio.currentTime = from;
    audio.play().catch(silence);
  }

  function play(spans) {
    silence();
    all("audio").forEach((audio) => audio.pause());
    queue = spans;
    next();
  }

  function check() {
    if (!current) return;
    const audio = audioOf(current.take);
    if (audio.currentTime < current.until && !audio.ended) return;
    const rest = queue;
    current = null;
    audio.pause();
    queue = rest;
    next();
  }
  takes.forEach((take) => {
    const audio = audioOf(take);
    audio.addEventListener("timeupdate", check);
    audio.addEventListener("ended", check);
    const frame = () => { check(); if (!audio.paused) requestAnimationFrame(frame); };
    audio.addEventListener("play", () => requestAnimationFrame(frame));
    audio.addEventListener("pause", () => { // someone stopped it: then nothing more comes after it
      if (current && current.take === take && audio.currentTime < current.until && !audio.ended) silence();
    });
  });
  byId("stop").addEventListener("click", silence);

  // --------------------------------------------------------------------------------------------- the two takes
  const strips = new Map(); // a wave for each take, drawn when it is first chosen
  const chosen = () => picks.map((pick) => takes[Number(pick.value)]);

  function strip(take) {
    if (!strips.has(take)) {
      const box = document.createElement("div");
      strips.set(take, box);
      return { box, fresh: true };
    }
    return { box: strips.get(take), fresh: false };
  }

  function draw(slot) {
    const take = chosen()[slot];
    const { box, fresh } = strip(take);
    byId(`strip-${slot}`).replaceChildren(box);
    if (!fresh) return;
    const wave = WaveSurfer.create({
      container: box, media: audioOf(take), peaks: [take.peaks], duration: take.duration, height: 56,
      waveColor: "#8a97a5", progressColor: "#0b4a75", cursorColor: "#b34700", cursorWidth: 2,
    });
    wave.on("interaction", (time) => play([[take, time, take.duration]]));
  }

  picks.forEach((pick, slot) => {
    takes.forEach((take, i) => pick.add(new Option(take.label, String(i))));
    pick.value = String(slot === 0 ? 0 : takes.length - 1);
    pick.addEventListener("change", () => {
      const other = picks[1 - slot];
      if (pick.value === other.value) { // never the same twice: the other one gives way
        other.value = String(takes.findIndex((_, i) => String(i) !== pick.value));
      }
      silence();
      show();
    });
  });

  // ----------------------------------------------------------------------------------------- the same sentence
  let sentence = 0;
  const most = () => Math.min(...chosen().map((take) => take.sentences.length));
  const spoken = (take) => [take, ...(take.sentences[sentence] || [0, 0])];

  function tellSentence() {
    sentence = Math.max(0, Math.min(sentence, most() - 1));
    all("#sentence span").forEach((span) => { span.textContent = span.textContent.replace(/\d+/, String(sentence + 1)); });
    byId("earlier").disabled = sentence === 0;
    byId("later").disabled = sentence >= most() - 1;
    ["sentence-both", "sentence-0", "sentence-1"].forEach((id) => { byId(id).disabled = most() === 0; });
  }
  byId("earlier").addEventListener("click", () => { sentence -= 1; tellSentence(); });
  byId("later").addEventListener("click", () => { sentence += 1; tellSentence(); });

  // -------------------------------------------------------------------------------------------- the same place
  const share = byId("share");
  const placed = (take) => {
    const from = take.duration * Number(share.value) / 100;
    return [take, from, Math.min(from + WINDOW_S, take.duration)];
  };
  share.addEventListener("input", () => { byId("share-told").textContent = `${share.value} %`; });

  [["sentence", spoken], ["share", placed]].forEach(([name, where]) => {
    byId(`${name}-both`).addEventListener("click", () => play(chosen().map(where)));
    [0, 1].forEach((slot) => byId(`${name}-${slot}`).addEventListener("click", () => play([where(chosen()[slot])])));
  });

  // --------------------------------------------------------------------------------- moments of a requirement
  let requirement = document.querySelector("[data-requirement]").dataset.requirement;
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;

  function word(lang, tag, text) {
    const span = document.createElement("span");
    span.className = lang;
    span.lang = tag;
    span.textContent = text;
    return span;
  }

  function tellMoments(slot) {
    const take = chosen()[slot];
    const found = take.moments[requirement] || [];
    const buttons = found.map(([start, end, words]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "moment";
      const time = document.createElement("time");
      time.textContent = clock(start);
      const said = document.createElement("span");
      said.className = "said";
      said.append(word("zh", "zh-CN", words.zh), word("en", "en", words.en));
      button.append(time, said);
      button.addEventListener("click", () => {
        play([[take, Math.max(start - CONTEXT_S, 0), Math.min(end + CONTEXT_S, take.duration)]]);
      });
      return button;
    });
    byId(`moments-${slot}`).replaceChildren(...(buttons.length ? buttons : [byId("no-moments").content.cloneNode(true)]));
  }
  all("[data-requirement]").forEach((button) => button.addEventListener("click", () => {
    requirement = button.dataset.requirement;
    all("[data-requirement]").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    [0, 1].forEach(tellMoments);
  }));

  function show() {
    [0, 1].forEach(draw);
    [0, 1].forEach(tellMoments);
    tellSentence();
  }
  show();
})();
