// A trainee's takes in one requirement: dots with their margins, the band of the level, the target. Drawn by uPlot.
// Takes stand evenly, oldest first: two of one day do not cover each other. Their dates are told beside them.
const voicecoachPlots = (() => {
  "use strict";
  const INK = "#1d2733", BLUE = "#0072b2", RIBBON = "rgba(0,114,178,.2)", GOAL = "#d5efe6", SOFT = "#55616d", LINE = "#dde2e7";

  // takes: [{score, low, high, day}], score null where not judged; trend: {at: [index], middle, low, high} or null
  function data(takes, trend) {
    const level = (values) => {
      const all = takes.map(() => null);
      if (trend) trend.at.forEach((place, i) => { all[place] = values[i]; });
      return all;
    };
    const known = trend || { middle: [], low: [], high: [] };
    return [takes.map((_, i) => i), takes.map((take) => take.score), level(known.middle), level(known.low), level(known.high)];
  }

  function plot(box, takes, trend, { goal, large, onRead }) {
    const y = (u, value) => u.valToPos(value, "y", true);
    const ratio = () => window.devicePixelRatio || 1;
    const stroke = (ctx, x0, y0, x1, y1) => { ctx.beginPath(); ctx.moveTo(x0, y0); ctx.lineTo(x1, y1); ctx.stroke(); };

    function under(u) { // the target, and the margin of each take
      const { ctx, bbox } = u;
      ctx.save();
      ctx.fillStyle = GOAL;
      ctx.fillRect(bbox.left, y(u, 100), bbox.width, y(u, goal) - y(u, 100));
      ctx.strokeStyle = LINE;
      ctx.lineWidth = ratio();
      [0, goal, 100].forEach((value) => stroke(ctx, bbox.left, y(u, value), bbox.left + bbox.width, y(u, value)));
      ctx.strokeStyle = "rgba(29,39,51,.4)";
      ctx.lineWidth = 1.5 * ratio();
      takes.forEach((take, i) => {
        if (take.score === null) return;
        const x = u.valToPos(i, "x", true);
        stroke(ctx, x, y(u, take.low), x, y(u, take.high));
      });
      ctx.restore();
    }

    const axis = { stroke: SOFT, font: "11px sans-serif", grid: { show: false }, ticks: { stroke: LINE, size: 4 }, show: Boolean(large) };
    const hidden = { stroke: "transparent", spanGaps: true, points: { show: false } };
    const last = takes.length - 1;
    return new uPlot({
      width: Math.max(box.clientWidth, 60),
      height: Math.max(box.clientHeight, 60),
      legend: { show: false },
      cursor: { show: Boolean(large), x: false, y: false, drag: { x: false, y: false }, points: { show: false } },
      padding: [8, large ? 16 : 4, large ? 0 : 8, large ? 0 : 4],
      scales: { x: { time: false, range: () => [-0.5, Math.max(last, 0) + 0.5] }, y: { range: () => [-4, 104] } },
      axes: [
        { ...axis, size: 26, space: 56, incrs: [1, 2, 5, 10, 20, 50, 100], values: (_, ticks) => ticks.map((i) => (takes[i] ? takes[i].day.slice(5) : "")) },
        { ...axis, size: 34, splits: () => [0, goal, 100], values: (_, ticks) => ticks.map(String) },
      ],
      series: [
        {},
        { stroke: INK, paths: () => null, points: { show: true, size: large ? 9 : 7, fill: INK, stroke: "#fff", width: 1 } },
        { ...hidden, stroke: BLUE, width: 2 },
        hidden,
        { ...hidden },
      ],
      bands: [{ series: [4, 3], fill: RIBBON }],
      hooks: { drawClear: [under], setCursor: [(u) => { if (onRead) onRead(takes[u.cursor.idx] || null); }] },
    }, data(takes, trend), box);
  }
  return { plot };
})();
