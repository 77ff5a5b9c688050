// The page's own script: language, moments, timeline. Everything it shows is already in the page; without it the
// page still reads, prints and (by the browser's own player) sounds.
(() => {
  "use strict";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;

  // ------------------------------------------------------------------------------------------------- language
  function show(lang) {
    root.dataset.lang = lang;
    root.lang = lang === "zh" ? "zh-CN" : "en";
    all("[data-show]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.show === lang)));
  }
  all("[data-show]").forEach((button) => button.addEventListener("click", () => show(button.dataset.show)));

  const player = document.getElementById("player");
  if (!player) return; // a page without the recording

  // -------------------------------------------------------------------------------------------------- moments
  let until = Infinity; // where to stop, s
  let pressed = null; // the button whose sound is playing
  let seeking = false; // the next seek is ours

  function release() {
    if (pressed) pressed.setAttribute("aria-pressed", "false");
    pressed = null;
    until = Infinity;
  }

  function press(button) {
    release();
    pressed = button;
    if (button) button.setAttribute("aria-pressed", "true");
  }

  function play(from, to = Infinity, button = null) {
    all("audio.clip").forEach((clip) => clip.pause());
    press(button);
    until = to;
    seeking = Math.abs(player.currentTime - from) > 1e-3;
    player.currentTime = from;
    player.play().catch(release);
  }

  function stopInTime() { // timeupdate comes four times a second, frames sixty: both, since hidden pages get no frames
    if (player.currentTime >= until) player.pause();
    else if (!player.paused) requestAnimationFrame(stopInTime);
  }
  player.addEventListener("play", () => requestAnimationFrame(stopInTime));
  player.addEventListener("timeupdate", () => { if (player.currentTime >= until) player.pause(); });
  player.addEventListener("pause", release);
  player.addEventListener("seeking", () => { // someone moved the player itself: then it plays on from there
    if (!seeking) release();
    seeking = false;
  });

  all("button[data-from]").forEach((button) => button.addEventListener("click", () => {
    if (pressed === button) player.pause();
    else play(Number(button.dataset.from), Number(button.dataset.until), button);
  }));

  all("button[data-clip]").forEach((button) => {
    const clip = document.getElementById(button.dataset.clip);
    button.addEventListener("click", () => {
      if (!clip.paused) { clip.pause(); return; }
      player.pause();
      all("audio.clip").forEach((other) => other.pause());
      press(button);
      clip.currentTime = 0;
      clip.play().catch(release);
    });
    ["pause", "ended"].forEach((name) => clip.addEventListener(name, () => { if (pressed === button) release(); }));
  });

  // Space plays and pauses wherever it has no other use.
  const toggle = () => (player.paused ? (all("audio.clip").forEach((clip) => clip.pause()), player.play()) : player.pause());
  addEventListener("keydown", (event) => {
    if (event.key !== " " || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("button, a, summary, audio, input, #live")) return;
    event.preventDefault();
    toggle();
  });

  // ------------------------------------------------------------------------------------------------- timeline
  const data = JSON.parse(document.getElementById("timeline-data").textContent);
  const live = document.getElementById("live");
  const clock = (seconds) => {
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
    const two = (n) => String(n).padStart(2, "0");
    return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  };

  const wave = WaveSurfer.create({
    container: live,
    media: player,
    peaks: [data.peaks],
    duration: data.duration,
    height: 96,
    waveColor: "#8a97a5",
    progressColor: "#0b4a75",
    cursorColor: "#b34700",
    cursorWidth: 2,
    plugins: [
      WaveSurfer.Timeline.create({ height: 24, formatTimeCallback: clock, secondaryLabelOpacity: 0.75, style: { fontSize: "12px", color: "#55616d" } }),
      WaveSurfer.Hover.create({ lineColor: "#55616d", labelBackground: "#1d2733", labelColor: "#fff", labelSize: "12px", formatTimeCallback: clock }),
    ],
  });

  // The other lanes are the page's own drawings: inside wavesurfer they scroll, zoom and seek with the wave.
  const below = document.createElement("div");
  below.append(document.getElementById("lane-css").cloneNode(true));
  all("#timeline .lane:not(.lane-wave)").forEach((lane) => {
    const copy = lane.cloneNode(false);
    copy.append(lane.querySelector("svg, .bars").cloneNode(true));
    below.append(copy);
  });
  const canvases = wave.getWrapper().querySelector(".canvases");
  canvases.after(below);
  document.getElementById("timeline").classList.add("live");

  wave.on("interaction", (time) => play(time));

  all(".bar", below).forEach((bar) => bar.addEventListener("click", (event) => {
    event.stopPropagation();
    play(Number(bar.dataset.from));
  }));

  // The timeline as a slider for the keyboard and for screen readers.
  live.tabIndex = 0;
  live.setAttribute("role", "slider");
  live.setAttribute("aria-labelledby", "slider-name");
  live.setAttribute("aria-valuemin", "0");
  live.setAttribute("aria-valuemax", String(Math.round(data.duration)));
  const tell = () => {
    live.setAttribute("aria-valuenow", String(Math.round(player.currentTime)));
    live.setAttribute("aria-valuetext", clock(player.currentTime));
  };
  tell();
  ["timeupdate", "seeked"].forEach((name) => player.addEventListener(name, tell));
  live.addEventListener("keydown", (event) => {
    const jumps = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30, Home: -Infinity, End: Infinity };
    if (event.key === " " || event.key === "Enter") toggle();
    else if (event.key in jumps) player.currentTime = Math.min(Math.max(player.currentTime + jumps[event.key], 0), data.duration);
    else return;
    event.preventDefault();
  });

  // Zoom: pixels a second, from the whole call at once up to 200.
  let zoom = 1;
  const fit = () => live.clientWidth / data.duration;
  all("[data-zoom]").forEach((button) => button.addEventListener("click", () => {
    const factor = { in: 2, out: 0.5, fit: 0 }[button.dataset.zoom];
    zoom = Math.min(Math.max(zoom * factor, 1), Math.max(200 / fit(), 1));
    wave.zoom(zoom === 1 ? 0 : fit() * zoom);
  }));
})();
